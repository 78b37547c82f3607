using System.Buffers;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Sinks;

namespace Huatuo.Http.Api.Tasks;

/// <summary>Keeps the documents of one task, up to a bound; what comes then is counted as dropped.</summary>
internal sealed class TaskDocuments : IEventSink, IEventChannel
{
    private readonly int _bound;
    private readonly long _droppedBefore;
    private readonly Lock _lock = new();
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private SinkLedger? _ledger;

    /// <param name="bound">The most that is kept, in bytes.</param>
    public TaskDocuments(int bound) => _bound = bound;

    /// <summary>What an earlier run of the agent kept.</summary>
    /// <param name="lines">The documents, each on a line.</param>
    /// <param name="dropped">How many there were besides.</param>
    public TaskDocuments(byte[] lines, long dropped)
    {
        _bytes.Write(lines);
        _droppedBefore = dropped;
        Count = lines.AsSpan().Count((byte)'\n');
    }

    /// <inheritdoc/>
    public string Name => "task";

    /// <summary>How many are kept.</summary>
    public int Count { get; private set; }

    /// <summary>How many were not.</summary>
    public long Dropped => _droppedBefore + (_ledger?.Dropped(SinkStage.Queue) ?? 0);

    /// <inheritdoc/>
    public IEventChannel Open(string tracer, SinkLedger ledger)
    {
        _ledger = ledger;
        return this;
    }

    /// <inheritdoc/>
    public void Accept(ReadOnlySpan<byte> document)
    {
        lock (_lock)
        {
            if (_bytes.WrittenCount + document.Length >= _bound)
            {
                _ledger!.Refuse();
                return;
            }
            _bytes.Write(document);
            _bytes.Write("\n"u8);
            Count++;
            _ledger!.Queue();
            _ledger.Store(1);
        }
    }

    /// <summary>All that are kept, each on a line.</summary>
    public byte[] ToLines()
    {
        lock (_lock)
            return _bytes.WrittenSpan.ToArray();
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
