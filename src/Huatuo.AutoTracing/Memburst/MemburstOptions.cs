using Huatuo.Flow.Options;

namespace Huatuo.AutoTracing.Memburst;

/// <summary>The section <c>tracers.memburst</c>.</summary>
internal sealed class MemburstOptions : AutoTracerOptions
{
    /// <summary>By how many percent anonymous memory must have grown within the window.</summary>
    public int DeltaMemoryBurst { get; set; } = 100;

    /// <summary>How many percent of the machine's memory it must be.</summary>
    public int DeltaAnonThreshold { get; set; } = 70;

    /// <summary>How many looks the window has.</summary>
    public int SlidingWindowLength { get; set; } = 60;

    /// <summary>How many processes are told.</summary>
    public int DumpProcessMaxNum { get; set; } = 10;

    /// <summary>The keys.</summary>
    public static OptionSchema<MemburstOptions> Keys { get; } = Schema<MemburstOptions>("memburst")
        .Add("delta_memory_burst", OptionTypes.Integer(0, 10_000), o => o.DeltaMemoryBurst, (o, v) => o.DeltaMemoryBurst = v, "By how many percent anonymous memory must have grown since the oldest look of the window.")
        .Add("delta_anon_threshold", OptionTypes.Integer(0, 100), o => o.DeltaAnonThreshold, (o, v) => o.DeltaAnonThreshold = v, "How many percent of the machine's memory it must be.")
        .Add("sliding_window_length", OptionTypes.Integer(2, 10_000), o => o.SlidingWindowLength, (o, v) => o.SlidingWindowLength = v, "How many looks the window has; nothing is told before it is full.")
        .Add("dump_process_max_num", OptionTypes.Integer(1, 1000), o => o.DumpProcessMaxNum, (o, v) => o.DumpProcessMaxNum = v, "How many processes are told, the largest first.");
}
