namespace Huatuo.Bpf.Rings;

/// <summary>A BPF ring buffer, shared by all CPUs.</summary>
public sealed unsafe class RingBuffer : IRing
{
    private readonly MappedMemory _consumer;
    private readonly MappedMemory _producer;
    private readonly RingBufferReader _reader;

    /// <param name="fd">The map's descriptor; it must stay open.</param>
    /// <param name="bytes">The map's size.</param>
    /// <exception cref="BpfException">The kernel refuses to map it.</exception>
    public RingBuffer(int fd, uint bytes)
    {
        int page = Environment.SystemPageSize;
        _consumer = MappedMemory.Map(fd, 0, (nuint)page, writable: true, "ring buffer");
        try
        {
            _producer = MappedMemory.Map(fd, page, (nuint)page + 2 * (nuint)bytes, writable: false, "ring buffer");
        }
        catch
        {
            _consumer.Dispose();
            throw;
        }
        _reader = new RingBufferReader(_consumer.Pointer, _producer.Pointer, _producer.Pointer + page, bytes);
        Descriptors = [fd];
    }

    /// <inheritdoc/>
    public TimeSpan IdlePoll { get; } = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public IReadOnlyList<int> Descriptors { get; }

    /// <inheritdoc/>
    public long ReportedLost => 0;

    /// <inheritdoc/>
    public bool IsEmpty => _reader.IsEmpty;

    /// <inheritdoc/>
    public int Drain(IRecordHandler handler, int limit)
    {
        var indirect = new RecordHandlerReference(handler);
        return _reader.Drain(ref indirect, limit);
    }

    /// <inheritdoc/>
    public bool Refresh() => false;

    /// <inheritdoc/>
    public void Dispose()
    {
        _producer.Dispose();
        _consumer.Dispose();
    }

    internal int Drain<THandler>(ref THandler handler, int limit)
        where THandler : struct, IRecordHandler => _reader.Drain(ref handler, limit);
}
