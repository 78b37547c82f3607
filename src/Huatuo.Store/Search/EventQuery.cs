using Huatuo.Flow.Filter;

namespace Huatuo.Store.Search;

/// <summary>What is searched for; all of it must hold.</summary>
public sealed class EventQuery
{
    /// <summary>It happened at this time or later, in nanoseconds since 1970.</summary>
    public long? SinceNs { get; init; }

    /// <summary>It happened at this time or earlier, in nanoseconds since 1970.</summary>
    public long? UntilNs { get; init; }

    /// <summary>Wire names of tracers, one of which it is from; empty for any.</summary>
    public IReadOnlyList<string> Tracers { get; init; } = [];

    /// <summary>The beginning of the container's id, or its name.</summary>
    public string? Container { get; init; }

    /// <summary>The pod's name or uid.</summary>
    public string? Pod { get; init; }

    /// <summary>A process in the event, whatever its part in it.</summary>
    public long? Pid { get; init; }

    /// <summary>The name of a task in the event, whatever its part in it.</summary>
    public string? Comm { get; init; }

    /// <summary>
    /// Words that must all be in some field, stacks included, but for identifiers and times; ASCII letters count without
    /// their case, and <c>*</c> at the end of a word stands for any end.
    /// </summary>
    public string Text { get; init; } = "";

    /// <summary>Conditions on the fields in <c>tracer_data</c>.</summary>
    public IReadOnlyList<FieldCondition> Where { get; init; } = [];

    /// <summary>Only the newest so many; 0 for all.</summary>
    public int Limit { get; init; }

    /// <summary>The same without a limit.</summary>
    internal EventQuery WithoutLimit() => new()
    {
        SinceNs = SinceNs,
        UntilNs = UntilNs,
        Tracers = Tracers,
        Container = Container,
        Pod = Pod,
        Pid = Pid,
        Comm = Comm,
        Text = Text,
        Where = Where,
    };
}
