using Huatuo.AutoTracing.Capturing;
using Huatuo.AutoTracing.Looking;
using Huatuo.Flow.Tracing;

namespace Huatuo.AutoTracing.Memburst;

/// <summary>One run of <c>memburst</c>.</summary>
internal sealed class MemburstTrace(MemburstOptions options, TracerServices services) : IAutoTrace<MemburstTrigger, MemburstEvent>
{
    private const string Host = "host";
    private const double Hundred = 100;
    private readonly AnonymousMemory _memory = new(services.Roots.Proc);
    private readonly Queue<long> _window = [];

    public void Look(List<Held<MemburstTrigger>> held)
    {
        (long anonymous, long total) = _memory.Read();
        if (_window.Count == options.SlidingWindowLength)
            _window.Dequeue();
        _window.Enqueue(anonymous);
        long oldest = _window.Peek();
        if (_window.Count == options.SlidingWindowLength
            && anonymous >= oldest * (1 + options.DeltaMemoryBurst / Hundred)
            && anonymous >= total * (options.DeltaAnonThreshold / Hundred))
            held.Add(new Held<MemburstTrigger>(Host, null, 0, new MemburstTrigger(anonymous, oldest, total)));
    }

    public MemburstTrigger AtOnce(MemburstTrigger trigger) => trigger with { Largest = TopMemory.Of(services.Roots.Proc, options.DumpProcessMaxNum) };

    public Task<Captured<MemburstEvent>> CaptureAsync(MemburstTrigger trigger, CancellationToken stop) =>
        Task.FromResult(new Captured<MemburstEvent>(new MemburstEvent(trigger, trigger.Largest), IsWhole: true));
}

/// <summary>What was seen, in bytes.</summary>
internal sealed record MemburstTrigger(long Anonymous, long Oldest, long Total)
{
    /// <summary>The largest processes at that moment.</summary>
    internal IReadOnlyList<ProcessMemory> Largest { get; init; } = [];
}
