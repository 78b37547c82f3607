using Huatuo.Bpf;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Filter;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Clock;

namespace Huatuo.Flow.Tests.Tracing;

public sealed class RecordDecoderTests
{
    private readonly struct Numbered(byte number) : IEventFields
    {
        public void Write<TWriter>(ref TWriter writer)
            where TWriter : IFieldWriter, allows ref struct
        {
            if (number == NoDocument)
                throw new KeyNotFoundException("no such place");
            writer.Number("number"u8, number);
        }
    }

    private const byte Good = 1, NoRecord = 2, Fault = 3, NoDocument = 4, FaultAfter = 5;

    private sealed class Tracer : IEventTracer
    {
        public BpfObject Open() => throw new NotSupportedException();

        public void Loaded()
        {
        }

        public bool OnRecord(ReadOnlySpan<byte> record, EventOutput output)
        {
            if (record[0] == NoRecord)
                return false;
            if (record[0] == Fault)
                throw new KeyNotFoundException("not known");
            output.Emit(400, null, StackText.None, new Numbered(record[0]));
            return record[0] != FaultAfter ? true : throw new InvalidDataException("too late");
        }
    }

    [Fact]
    public void Each_record_is_counted_once_whatever_the_tracer_does_with_it()
    {
        var ledger = new TracerLedger("t", [], []);
        var encoder = new DocumentEncoder(new Origin("h", ""), "t", "event", new KernelClock(clock => 0), new EventId(0));
        List<string> faults = [];
        var decoder = new RecordDecoder(new Tracer(), new EventOutput(ledger, new RuleSet("t", []), encoder, []), ledger, fault => faults.Add(fault.Message));
        byte[] records = [Good, NoRecord, Fault, NoDocument, FaultAfter, Fault, Good];
        foreach (byte record in records)
            decoder.OnRecord([record]);
        Assert.Equal(["not known", "too late", "not known"], faults);
        Assert.Equal((3L, 4L), (ledger.DecodeErrors, ledger.Decoded));
        Assert.Equal((1L, 3L), (ledger.Dropped(DropStage.Encode), ledger.Accepted));
        Assert.Equal(records.Length, ledger.DecodeErrors + ledger.Decoded);
    }
}
