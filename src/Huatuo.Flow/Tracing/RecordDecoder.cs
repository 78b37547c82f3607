using Huatuo.Bpf.Rings;
using Huatuo.Flow.Ledger;

namespace Huatuo.Flow.Tracing;

/// <summary>Hands records to one run of a tracer and counts those that are none.</summary>
internal sealed class RecordDecoder(IEventTracer tracer, EventOutput output, TracerLedger ledger) : IRecordHandler
{
    public void OnRecord(ReadOnlySpan<byte> record)
    {
        if (!tracer.OnRecord(record, output))
            ledger.CountDecodeError();
    }
}
