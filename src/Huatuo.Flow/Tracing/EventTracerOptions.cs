using Huatuo.Flow.Options;

namespace Huatuo.Flow.Tracing;

/// <summary>The options that every event tracer has.</summary>
public class EventTracerOptions : TracerOptions
{
    /// <summary>How records come to user space.</summary>
    public Transport Transport { get; set; }

    /// <summary>Size of the ring; of each CPU's ring with the perf transport.</summary>
    public ByteSize RingBytes { get; set; } = new(1 << 20);

    /// <summary>How many events the kernel side lets through in a second; 0 is no limit.</summary>
    public uint MaxEventsPerSecond { get; set; } = 100;

    /// <summary>A schema that starts with the keys of every event tracer.</summary>
    /// <param name="name">The tracer's name.</param>
    public static new OptionSchema<T> Schema<T>(string name)
        where T : EventTracerOptions, new() => TracerOptions.Schema<T>(name)
        .Add("transport", OptionTypes.Choice(("auto", Transport.Auto), ("ringbuf", Transport.RingBuffer), ("perf", Transport.Perf)), o => o.Transport, (o, v) => o.Transport = v, "How records come to user space: `auto` is the BPF ring buffer where the kernel has it.")
        .Add("ring_bytes", OptionTypes.Bytes(new ByteSize(4096), new ByteSize(1 << 30)), o => o.RingBytes, (o, v) => o.RingBytes = v, "Size of the ring (with `perf`: of each CPU's), rounded up to a power of two.")
        .Add("max_events_per_second", OptionTypes.Integer(0u, uint.MaxValue), o => o.MaxEventsPerSecond, (o, v) => o.MaxEventsPerSecond = v, "Limit applied in the kernel over all CPUs; 0 is none.");
}

/// <summary>How records come to user space.</summary>
public enum Transport
{
    /// <summary>The ring buffer where the kernel has it, else perf.</summary>
    Auto,

    /// <summary>One BPF ring buffer for all CPUs (5.8).</summary>
    RingBuffer,

    /// <summary>A perf ring for each CPU.</summary>
    Perf,
}
