using System.Text;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Sinks;

namespace Huatuo.Tracers.Tests;

/// <summary>Keeps the last document and counts all, without allocating.</summary>
internal sealed class MemorySink : IEventSink, IEventChannel
{
    private readonly byte[] _last = new byte[64 * 1024];
    private int _length;

    public string Name => "memory";

    internal int Count { get; private set; }

    /// <summary>Receives every document when it is set.</summary>
    internal List<string>? All { get; set; }

    internal ReadOnlyMemory<byte> Last => _last.AsMemory(0, _length);

    public IEventChannel Open(string tracer, SinkLedger ledger) => this;

    public void Accept(ReadOnlySpan<byte> document)
    {
        document.CopyTo(_last);
        _length = document.Length;
        Count++;
        All?.Add(Encoding.UTF8.GetString(document));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
