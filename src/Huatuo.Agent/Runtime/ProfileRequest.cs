using Huatuo.Bpf.Abi;

namespace Huatuo.Agent.Runtime;

/// <summary>What the command line asks of a profiler.</summary>
internal sealed record ProfileRequest
{
    internal string? ConfigFile { get; init; }

    internal string? Container { get; init; }

    internal uint? Pid { get; init; }

    internal uint? Tid { get; init; }

    internal IReadOnlyList<int>? Cpus { get; init; }

    internal TimeSpan Duration { get; init; }

    internal bool SplitsProcesses { get; init; }

    internal UnwindMode Unwind { get; init; }

    internal string Format { get; init; } = "";

    internal string? Output { get; init; }
}
