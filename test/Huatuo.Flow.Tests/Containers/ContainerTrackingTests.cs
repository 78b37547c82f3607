using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Huatuo.Flow.Containers;
using Huatuo.Linux.Cgroups;

namespace Huatuo.Flow.Tests.Containers;

public sealed class ContainerTrackingTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_fault_that_nobody_expects_is_told_once_and_containers_are_followed_when_it_is_over()
    {
        string id = new('a', 64);
        using var proc = new Proc();
        string cgroups = Path.Combine(proc.Root, "cgroup");
        proc.Write($"cgroup/docker/{id}/cgroup.procs", "").Write("self/cgroup", "0::/\n").Write("self/mountinfo", $"30 23 0:26 / {cgroups} rw - cgroup2 cgroup2 rw\n");
        var mounts = CgroupMounts.Load(proc.Root);
        var time = new FaultyTime();
        ConcurrentQueue<string> warnings = [];
        var registry = new ContainerRegistry(KnowsNothing, mounts, warn: warnings.Enqueue);
        var seen = new Appearance();
        using IDisposable observation = registry.Observe(seen);
        await using var tracking = new ContainerTracking(registry, mounts, time, watches: false, proc.Root);
        await tracking.Ready.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        await time.AskedAgain.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        time.Mend();
        Container container = await seen.First.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        Assert.Equal(id, container.Id);
        Assert.Equal(["containers cannot be followed: InvalidTimeZoneException: no clock; tried again each second"], warnings);
    }

    private static bool KnowsNothing(ulong id, [NotNullWhen(true)] out string? path) => (path = null) is not null;

    private sealed class FaultyTime : TimeProvider
    {
        private readonly TaskCompletionSource _again = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool _isMended;
        private int _asked;

        internal Task AskedAgain => _again.Task;

        internal void Mend() => _isMended = true;

        public override long GetTimestamp()
        {
            if (_isMended)
                return base.GetTimestamp();
            if (Interlocked.Increment(ref _asked) == 2)
                _again.SetResult();
            throw new InvalidTimeZoneException("no clock");
        }
    }

    private sealed class Appearance : IContainerObserver
    {
        private readonly TaskCompletionSource<Container> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task<Container> First => _first.Task;

        public void Appeared(Container container) => _first.TrySetResult(container);

        public void Ended(Container container)
        {
        }
    }
}
