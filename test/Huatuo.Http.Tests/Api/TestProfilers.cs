using System.Collections.Concurrent;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Sinks;
using Huatuo.Flow.Tracing;
using Huatuo.Http.Api.Tasks;
using Huatuo.Linux.Clock;
using Huatuo.Profiling;
using Huatuo.Profiling.Catalog;
using Huatuo.Profiling.Continuous;

namespace Huatuo.Http.Tests.Api;

/// <summary>Runs no profiler of the kernel: what is asked for is remembered, and each look finds one sample in main.</summary>
internal sealed class TestProfilers : IProfileHost
{
    public ConcurrentQueue<ProfileOrder> Orders { get; } = [];

    /// <summary>How many run.</summary>
    public int Running { get; private set; }

    public ProfileKind Kind { get; set; } = ProfileKind.OnCpu;

    /// <summary>Why none starts; null to start.</summary>
    public string? Fault { get; set; }

    public Task<IProfiler> StartAsync(ProfileOrder order)
    {
        Orders.Enqueue(order);
        if (Fault is { } fault)
            throw new IOException(fault);
        Running++;
        return Task.FromResult<IProfiler>(new Looks(this));
    }

    public void Keep(Profile profile, string profiler, string task, Container? container, IEventSink sink)
    {
        var clock = new KernelClock();
        new ProfileDocuments(new DocumentOutput(ProfileDocuments.Name, ProfileDocuments.Type, new Origin("vm", ""), clock, [sink]), clock, TimeProvider.System)
            .Emit(profiler, container, profile, task);
    }

    private sealed class Looks(TestProfilers owner) : IProfiler
    {
        public Profile Profile { get; } = new(owner.Kind, new FrameTable()) { PeriodNanoseconds = 10 };

        public void Take() => Profile.Stacks.Add(
            [Profile.Frames.Intern(new Frame("app", "", FrameKind.Process)), Profile.Frames.Intern(new Frame("main", "app", FrameKind.User))], 1, 10, 4096);

        public TimeSpan Look() => Timeout.InfiniteTimeSpan;

        public void Stop() => Take();

        public void Dispose() => owner.Running--;
    }
}
