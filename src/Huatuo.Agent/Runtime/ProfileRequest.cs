using Huatuo.Bpf.Abi;
using Huatuo.Profiling.Capturing;

namespace Huatuo.Agent.Runtime;

/// <summary>What the command line asks of a profiler.</summary>
internal sealed record ProfileRequest
{
    internal string? ConfigFile { get; init; }

    internal TargetRequest Target { get; init; } = new();

    internal TimeSpan Duration { get; init; }

    internal bool SplitsProcesses { get; init; }

    internal UnwindMode Unwind { get; init; }

    /// <summary>One of <see cref="Huatuo.Profiling.Formats.ProfileFormats.Names"/>; null to show it on the terminal.</summary>
    internal string? Format { get; init; }

    internal string? Output { get; init; }
}
