using Huatuo.Flow.Options;

namespace Huatuo.AutoTracing;

/// <summary>The options of auto-tracers that compare with the machine's own recent history.</summary>
internal class HistoryOptions : AutoTracerOptions
{
    /// <summary>How many times the usual value is a jump.</summary>
    public double Ratio { get; set; } = 3;

    /// <summary>How many looks are remembered.</summary>
    public int History { get; set; } = 60;

    /// <summary>A schema that starts with these keys.</summary>
    /// <param name="name">The tracer's name.</param>
    internal static OptionSchema<T> HistorySchema<T>(string name)
        where T : HistoryOptions, new() => TimedSchema<T>(name)
        .Add("ratio", OptionTypes.Number(1, 1000), o => o.Ratio, (o, v) => o.Ratio = v, "A value over half its level that is more than so many times the usual one, the median of the looks before, is a jump.")
        .Add("history", OptionTypes.Integer(6, 10_000), o => o.History, (o, v) => o.History = v, "How many looks before are remembered.");
}
