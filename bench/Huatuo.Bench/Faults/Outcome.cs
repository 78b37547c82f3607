namespace Huatuo.Bench.Faults;

/// <summary>What a fault did to the events of one sink.</summary>
/// <param name="Fault">The fault.</param>
/// <param name="Sink">The sink.</param>
internal sealed record Outcome(string Fault, string Sink)
{
    /// <summary>Events that are there.</summary>
    internal long There { get; init; }

    /// <summary>Events of which no trace and no count is left.</summary>
    internal long Lost { get; init; }

    /// <summary>Events that are there twice.</summary>
    internal long Duplicates { get; init; }

    /// <summary>Events that the ledger counts as given up, or as waiting when the agent ended.</summary>
    internal long Counted { get; init; }

    /// <summary>Events that were in memory alone when the agent was killed: another place has them.</summary>
    internal long InMemory { get; init; }

    /// <summary>Its row of the table.</summary>
    internal string[] Row => [Fault, Sink, $"{There:#,0}", $"{Lost:#,0}", $"{Duplicates:#,0}", $"{Counted:#,0}", $"{InMemory:#,0}"];
}
