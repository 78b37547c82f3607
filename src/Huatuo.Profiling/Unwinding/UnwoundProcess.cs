using Huatuo.Profiling.Symbols;

namespace Huatuo.Profiling.Unwinding;

/// <summary>A process whose stacks are followed by tables.</summary>
/// <param name="image">Where the arguments of its program lie.</param>
/// <param name="seen">What it has mapped.</param>
/// <param name="tables">The tables that it has.</param>
internal sealed class UnwoundProcess(ulong image, SeenProgram seen, IReadOnlyList<LoadedTable> tables)
{
    private static readonly TimeSpan s_soonest = TimeSpan.FromSeconds(1), s_latest = TimeSpan.FromMinutes(1);

    internal ulong Image => image;

    internal SeenProgram Seen => seen;

    internal IReadOnlyList<LoadedTable> Tables => tables;

    /// <summary>Whether it had ended already when processes were looked for last.</summary>
    internal bool IsGone { get; set; }

    /// <summary>When it was looked at.</summary>
    internal long LookedAt { get; set; }

    /// <summary>After what time it is to be looked at again, if that is asked.</summary>
    internal TimeSpan Patience { get; set; } = s_soonest;

    /// <summary>Whether this is what it has mapped.</summary>
    internal bool IsAs(ProcessMaps now) => seen.Maps.All.SequenceEqual(now.All);

    /// <summary>Nothing has changed: it is asked less often.</summary>
    internal void Wait() => Patience = Patience * 2 < s_latest ? Patience * 2 : s_latest;
}
