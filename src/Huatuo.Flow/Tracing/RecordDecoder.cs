using Huatuo.Bpf.Rings;
using Huatuo.Flow.Ledger;

namespace Huatuo.Flow.Tracing;

/// <summary>Hands records to one run of a tracer, and counts those that are none and those that it cannot take.</summary>
/// <param name="tracer">The run.</param>
/// <param name="output">Where its events go.</param>
/// <param name="ledger">Counts.</param>
/// <param name="faulted">Told of each fault of the tracer; what it makes of the next record is another matter.</param>
internal sealed class RecordDecoder(IEventTracer tracer, EventOutput output, TracerLedger ledger, Action<Exception> faulted) : IRecordHandler
{
    public void OnRecord(ReadOnlySpan<byte> record)
    {
        long decoded = ledger.Decoded;
        try
        {
            if (!tracer.OnRecord(record, output))
                ledger.CountDecodeError();
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            if (ledger.Decoded == decoded)
                ledger.CountDecodeError();
            faulted(fault);
        }
    }
}
