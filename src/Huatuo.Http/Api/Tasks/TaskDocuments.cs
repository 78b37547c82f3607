using System.Buffers;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Sinks;

namespace Huatuo.Http.Api.Tasks;

/// <summary>Keeps the documents of one task, up to a bound; what comes then is counted as dropped.</summary>
/// <param name="bound">In bytes.</param>
internal sealed class TaskDocuments(int bound) : IEventSink, IEventChannel
{
    private readonly Lock _lock = new();
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private SinkLedger? _ledger;

    /// <inheritdoc/>
    public string Name => "task";

    /// <summary>How many are kept.</summary>
    public int Count { get; private set; }

    /// <summary>How many were not.</summary>
    public long Dropped => _ledger?.Dropped(SinkStage.Queue) ?? 0;

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
            if (_bytes.WrittenCount + document.Length >= bound)
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
