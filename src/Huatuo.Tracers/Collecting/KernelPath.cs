using Huatuo.Bpf.Features;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;

namespace Huatuo.Tracers.Collecting;

/// <summary>Files of the kernel by the names that operators know, below the roots in use.</summary>
internal static class KernelPath
{
    /// <summary>A rung for a tracer that reads this path, and is not there without it.</summary>
    /// <param name="path">Below the root of proc or sys: <c>/proc/net/arp</c>.</param>
    /// <param name="hint">What the operator can do where it is missing.</param>
    internal static HookRung Rung(string path, string hint) => HookRung.User(path, kernel =>
        Path.Exists(In(kernel, path)) ? null : new Unsupported(path, "", hint));

    /// <summary>A rung for a tracer of something that a module may bring later.</summary>
    /// <param name="path">What it reads.</param>
    /// <param name="config">How the kernel is built with it.</param>
    internal static HookRung ModuleRung(string path, string config) => HookRung.User(path, kernel =>
        Path.Exists(In(kernel, path)) || Path.Exists(In(kernel, "/proc/modules"))
            ? null
            : new Unsupported(path, "", $"this kernel was built without {config} and takes no modules"));

    /// <summary>A file below proc.</summary>
    internal static ByteFile ProcFile(this TracerServices services, string path) => new(Path.Combine(services.Roots.Proc, path));

    /// <summary>The one number of a file; <see cref="SeriesTable.Absent"/> without the file, or when it is none.</summary>
    internal static ulong Number(this ByteFile file, SkippedLines skipped) =>
        file.TryRead(out ReadOnlySpan<byte> content) ? Number(content, skipped) : SeriesTable.Absent;

    /// <inheritdoc cref="Number(ByteFile, SkippedLines)"/>
    internal static ulong Number(this FileBuffer buffer, string path, SkippedLines skipped) =>
        buffer.TryRead(path, out ReadOnlySpan<byte> content) ? Number(content, skipped) : SeriesTable.Absent;

    private static ulong Number(ReadOnlySpan<byte> content, SkippedLines skipped)
    {
        if (FieldReader.TryParse(content.TrimEnd((byte)'\n'), out ulong number))
            return number;
        skipped.Add();
        return SeriesTable.Absent;
    }

    private static string In(KernelFeatures kernel, string path) => path.StartsWith("/sys/", StringComparison.Ordinal)
        ? Path.Combine(kernel.Roots.Sys, path["/sys/".Length..])
        : Path.Combine(kernel.Roots.Proc, path["/proc/".Length..]);
}
