namespace Huatuo.Flow.Metrics;

/// <summary>A counter that a tracer has beside the ledger.</summary>
/// <param name="Name">The whole name: <c>huatuo_oom_kills_total</c>.</param>
/// <param name="Help">One sentence without a line break.</param>
/// <param name="Labels">Names of its labels; values come with each count.</param>
public sealed record CounterFamily(string Name, string Help, params IReadOnlyList<string> Labels);
