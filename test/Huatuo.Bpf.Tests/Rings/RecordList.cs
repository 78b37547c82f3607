using Huatuo.Bpf.Rings;

namespace Huatuo.Bpf.Tests.Rings;

/// <summary>Copies the records it is given.</summary>
internal struct RecordList : IRecordHandler
{
    public RecordList()
    {
    }

    internal List<byte[]> Taken { get; } = [];

    public readonly void OnRecord(ReadOnlySpan<byte> record) => Taken.Add(record.ToArray());
}

/// <summary>Calls a delegate for each record.</summary>
internal readonly unsafe struct RecordAction(RecordAction.Take take) : IRecordHandler
{
    internal delegate void Take(byte* start, int length);

    public void OnRecord(ReadOnlySpan<byte> record)
    {
        fixed (byte* start = record)
            take(start, record.Length);
    }
}

/// <summary>Counts records and adds up their bytes.</summary>
internal struct RecordSum : IRecordHandler
{
    internal int Count { get; private set; }

    internal long Sum { get; private set; }

    public void OnRecord(ReadOnlySpan<byte> record)
    {
        Count++;
        foreach (byte value in record)
            Sum += value;
    }
}
