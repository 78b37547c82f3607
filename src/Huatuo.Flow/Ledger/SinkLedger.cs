namespace Huatuo.Flow.Ledger;

/// <summary>The terms of one tracer at one sink: accepted + recovered = stored + dropped + dead letters + pending.</summary>
/// <remarks>Every term is counted where the thing happens; none is derived from the others.</remarks>
public sealed class SinkLedger(string sink)
{
    private readonly long[] _dropped = new long[Enum.GetValues<SinkStage>().Length];
    private long _recovered;
    private long _stored;
    private long _deadLetters;
    private long _pending;

    /// <summary>The sink's name, the value of the label <c>sink</c>.</summary>
    public string Sink { get; } = sink;

    /// <summary>Documents that an earlier run of the agent left with the sink, and that this one goes on with.</summary>
    public long Recovered => Volatile.Read(ref _recovered);

    /// <summary>Documents that the sink has handed to its medium.</summary>
    public long Stored => Volatile.Read(ref _stored);

    /// <summary>Documents that the medium refused for good and that were kept aside with the reason.</summary>
    public long DeadLetters => Volatile.Read(ref _deadLetters);

    /// <summary>Documents that the sink holds now.</summary>
    public long Pending => Volatile.Read(ref _pending);

    /// <summary>Documents given up at one stage of the sink.</summary>
    /// <param name="stage">Where.</param>
    public long Dropped(SinkStage stage) => Volatile.Read(ref _dropped[(int)stage]);

    /// <summary>The sink took <paramref name="count"/> documents into its memory.</summary>
    public void Queue(long count = 1) => Interlocked.Add(ref _pending, count);

    /// <summary>The sink found documents of an earlier run.</summary>
    public void Recover(long count)
    {
        Interlocked.Add(ref _recovered, count);
        Interlocked.Add(ref _pending, count);
    }

    /// <summary>Documents that were pending are stored.</summary>
    public void Store(long count)
    {
        Interlocked.Add(ref _stored, count);
        Interlocked.Add(ref _pending, -count);
    }

    /// <summary>Documents that were pending are given up.</summary>
    public void Drop(SinkStage stage, long count)
    {
        Interlocked.Add(ref _dropped[(int)stage], count);
        Interlocked.Add(ref _pending, -count);
    }

    /// <summary>A document was never taken, because the sink's memory is full.</summary>
    /// <param name="stage">Why the memory is full: <see cref="SinkStage.Queue"/>, or what keeps the sink from draining
    /// it.</param>
    public void Refuse(SinkStage stage = SinkStage.Queue) => Interlocked.Increment(ref _dropped[(int)stage]);

    /// <summary>Documents that were pending are kept aside as refused.</summary>
    public void DeadLetter(long count)
    {
        Interlocked.Add(ref _deadLetters, count);
        Interlocked.Add(ref _pending, -count);
    }
}

/// <summary>Where a sink can lose a document; the label <c>stage</c>.</summary>
public enum SinkStage
{
    /// <summary>The sink's bounded memory was full.</summary>
    Queue,

    /// <summary>The medium had no space left.</summary>
    Full,

    /// <summary>The medium refused the write for another reason.</summary>
    Write,

    /// <summary>The agent stopped before the sink could drain.</summary>
    Stop,

    /// <summary>The spool on the disk had reached its bound, and its oldest documents went.</summary>
    Spool,
}
