namespace Huatuo.Flow.Ledger;

/// <summary>
/// Where every event of one tracer went. In the kernel: hits = filtered + rate limited + deduplicated + lost + submitted.
/// Here: submitted = decode errors + decoded; decoded = ignored + suppressed + dropped + accepted. At each sink:
/// accepted + recovered = stored + dropped + dead letters + pending.
/// </summary>
public sealed class TracerLedger
{
    // More have not been in one configuration; the names of a thousand reloads would fill the page.
    private const int MostRules = 256;
    private const string OtherRule = "other";

    private readonly long[] _suppressed = new long[Enum.GetValues<SuppressReason>().Length];
    private readonly long[] _dropped = new long[Enum.GetValues<DropStage>().Length];
    private IgnoredCount[] _ignored;
    private long _decodeErrors;
    private long _decoded;
    private long _accepted;

    /// <param name="tracer">The tracer's name.</param>
    /// <param name="rules">Names of its rules in order.</param>
    /// <param name="sinks">Names of the sinks.</param>
    public TracerLedger(string tracer, IReadOnlyList<string> rules, IEnumerable<string> sinks)
    {
        Tracer = tracer;
        _ignored = [.. rules.Select(rule => new IgnoredCount(rule))];
        Sinks = [.. sinks.Select(sink => new SinkLedger(sink))];
    }

    /// <summary>The label <c>tracer</c>.</summary>
    public string Tracer { get; }

    /// <summary>The kernel side's terms.</summary>
    public KernelLedger Kernel { get; } = new();

    /// <summary>Rules by name, in the order of <see cref="Ignored"/>; those of earlier configurations stay, others come behind them.</summary>
    public IReadOnlyList<string> Rules => [.. Volatile.Read(ref _ignored).Select(rule => rule.Name)];

    /// <summary>The terms at each sink.</summary>
    public IReadOnlyList<SinkLedger> Sinks { get; }

    /// <summary>Records that were not a record.</summary>
    public long DecodeErrors => Volatile.Read(ref _decodeErrors);

    /// <summary>Records that became an event.</summary>
    public long Decoded => Volatile.Read(ref _decoded);

    /// <summary>Events handed to the sinks.</summary>
    public long Accepted => Volatile.Read(ref _accepted);

    /// <summary>Events that a rule ignored.</summary>
    public long Ignored(int rule) => Volatile.Read(ref _ignored)[rule].Value;

    /// <summary>Events held back.</summary>
    public long Suppressed(SuppressReason reason) => Volatile.Read(ref _suppressed[(int)reason]);

    /// <summary>Events lost between decoding and the sinks.</summary>
    public long Dropped(DropStage stage) => Volatile.Read(ref _dropped[(int)stage]);

    internal void CountDecodeError() => Interlocked.Increment(ref _decodeErrors);

    internal void CountDecoded() => Interlocked.Increment(ref _decoded);

    /// <summary>Where each of some rules is counted; places are made for those that had none. Used by one thread at a time.</summary>
    internal IgnoredCount[] CountersOf(IEnumerable<string> rules)
    {
        IgnoredCount[] known = _ignored;
        var counters = new List<IgnoredCount>();
        foreach (string rule in rules)
        {
            string name = known.Length < MostRules || Array.Exists(known, one => one.Name == rule) ? rule : OtherRule;
            IgnoredCount? counter = Array.Find(known, one => one.Name == name && (name == OtherRule || !counters.Contains(one)));
            if (counter is null)
                known = [.. known, counter = new IgnoredCount(name)];
            counters.Add(counter);
        }
        Volatile.Write(ref _ignored, known);
        return [.. counters];
    }

    internal void CountSuppressed(SuppressReason reason) => Interlocked.Increment(ref _suppressed[(int)reason]);

    internal void CountDropped(DropStage stage) => Interlocked.Increment(ref _dropped[(int)stage]);

    internal void CountAccepted() => Interlocked.Increment(ref _accepted);
}

/// <summary>How many events a rule ignored.</summary>
/// <param name="name">The rule.</param>
internal sealed class IgnoredCount(string name)
{
    private long _value;

    /// <summary>The rule's name.</summary>
    public string Name => name;

    /// <summary>How many.</summary>
    public long Value => Volatile.Read(ref _value);

    /// <summary>One more.</summary>
    public void Count() => Interlocked.Increment(ref _value);
}

/// <summary>Why an event was held back; the label <c>reason</c>.</summary>
public enum SuppressReason
{
    /// <summary>The same was told a short while ago.</summary>
    Backoff,

    /// <summary>It seemed late only because the wall clock had been set.</summary>
    Clock,

    /// <summary>A picture of the same subject was taken a short while ago.</summary>
    Cooldown,

    /// <summary>The auto-tracer was taking a picture of something else.</summary>
    Busy,
}

/// <summary>Where an event was lost between decoding and the sinks; the label <c>stage</c>.</summary>
public enum DropStage
{
    /// <summary>A fault while its fields were described to the rules or its document was made.</summary>
    Encode,

    /// <summary>More events at once than the slow lane has room for.</summary>
    Queue,
}
