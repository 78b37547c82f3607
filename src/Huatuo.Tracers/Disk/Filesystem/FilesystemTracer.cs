using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Linux;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Disk.Filesystem;

/// <summary>Space and inodes of file systems, and mounts that hang.</summary>
/// <param name="ask">Asks the file system at a path.</param>
internal sealed class FilesystemTracer(Func<string, FileSystemSpace?> ask) : MetricTracerDefinition
{
    public FilesystemTracer()
        : this(FileSystemSpace.Ask)
    {
    }

    public override string Name => "filesystem";

    public override string Summary => "Space and inodes of file systems, and mounts that hang.";

    public override OptionSchema Options => FilesystemOptions.Keys;

    public override IReadOnlyList<HookRung> Ladder { get; } = [KernelPath.Rung("/proc/self/mountinfo", "mount proc")];

    public override IReadOnlyList<MetricFamily> Families => FilesystemRun.Families;

    public override ITracer Create(TracerOptions options, TracerServices services) => new FilesystemRun((FilesystemOptions)options, services, ask);
}
