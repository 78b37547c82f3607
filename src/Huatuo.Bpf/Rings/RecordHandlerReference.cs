namespace Huatuo.Bpf.Rings;

/// <summary>Lets a handler object be passed where the readers are compiled for a struct.</summary>
internal readonly struct RecordHandlerReference(IRecordHandler handler) : IRecordHandler
{
    public void OnRecord(ReadOnlySpan<byte> record) => handler.OnRecord(record);
}
