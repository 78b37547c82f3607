using System.Text;
using System.Text.Json;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Sinks;

namespace Huatuo.Agent.Runtime;

/// <summary>
/// Prints documents. A thread of its own writes, so that a slow terminal or pipe holds up nothing; what does not fit
/// into the bounded memory before it is counted as refused.
/// </summary>
internal sealed class TerminalSink : IEventSink
{
    private const int Capacity = 8 << 20;

    private readonly Stream _output;
    private readonly Func<JsonElement, string>? _format;
    private readonly Action _closed;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly Thread _writer;
    private MemoryStream _filling = new();
    private long _documents;
    private SinkLedger? _ledger;
    private bool _stopping;

    /// <param name="output">Standard output.</param>
    /// <param name="format">Makes text of a document; null prints the document itself.</param>
    /// <param name="closed">Called when nobody reads the output any more.</param>
    internal TerminalSink(Stream output, Func<JsonElement, string>? format, Action closed)
    {
        _output = output;
        _format = format;
        _closed = closed;
        _writer = new Thread(Write) { IsBackground = true, Name = "huatuo-terminal" };
        _writer.Start();
    }

    public string Name => "terminal";

    public IEventChannel Open(string tracer, SinkLedger ledger)
    {
        _ledger = ledger;
        return new Channel(this);
    }

    public ValueTask DisposeAsync()
    {
        if (_stopping)
            return ValueTask.CompletedTask;
        lock (_lock)
            _stopping = true;
        _wake.Release();
        var patience = TimeSpan.FromSeconds(1);
        if (!_writer.Join(patience))
            _ledger?.Drop(SinkStage.Stop, _ledger.Pending);
        return ValueTask.CompletedTask;
    }

    private void Accept(ReadOnlySpan<byte> document)
    {
        lock (_lock)
        {
            if (_filling.Length + document.Length >= Capacity)
            {
                _ledger!.Refuse();
                return;
            }
            _ledger!.Queue();
            _filling.Write(document);
            _filling.WriteByte((byte)'\n');
            if (_documents++ == 0)
                _wake.Release();
        }
    }

    private void Write()
    {
        var full = new MemoryStream();
        while (true)
        {
            _wake.Wait();
            long documents;
            bool last;
            lock (_lock)
            {
                (full, _filling) = (_filling, full);
                (documents, _documents) = (_documents, 0);
                last = _stopping;
            }
            if (documents > 0 && !TryPrint(full, documents))
                return;
            full.SetLength(0);
            if (last)
                return;
        }
    }

    private bool TryPrint(MemoryStream lines, long documents)
    {
        try
        {
            _output.Write(_format is null ? lines.GetBuffer().AsSpan(0, (int)lines.Length) : Encoding.UTF8.GetBytes(AsText(lines)));
            _output.Flush();
            _ledger!.Store(documents);
            return true;
        }
        catch (IOException)
        {
            _ledger!.Drop(SinkStage.Write, documents);
            _closed();
            return false;
        }
    }

    private string AsText(MemoryStream lines)
    {
        var text = new StringBuilder();
        ReadOnlyMemory<byte> rest = lines.GetBuffer().AsMemory(0, (int)lines.Length);
        while (!rest.IsEmpty)
        {
            int end = rest.Span.IndexOf((byte)'\n');
            using JsonDocument document = JsonDocument.Parse(rest[..end]);
            text.Append(_format!(document.RootElement)).Append('\n');
            rest = rest[(end + 1)..];
        }
        return text.ToString();
    }

    private sealed class Channel(TerminalSink sink) : IEventChannel
    {
        public void Accept(ReadOnlySpan<byte> document) => sink.Accept(document);
    }
}
