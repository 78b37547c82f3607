using System.Diagnostics;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>A process that takes all memory of the machine, and that the OOM killer chooses before any other.</summary>
internal static class MemoryHog
{
    /// <summary>Its name.</summary>
    internal const string Comm = "perl";

    /// <summary>Starts it in a cgroup.</summary>
    internal static Process Start(MemoryCgroup cgroup) =>
        cgroup.Start("echo 1000 > /proc/self/oom_score_adj && exec perl -e 'push @taken, q(x) x (1 << 24) while 1'");
}
