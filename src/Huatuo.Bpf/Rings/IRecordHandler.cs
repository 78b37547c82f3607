namespace Huatuo.Bpf.Rings;

/// <summary>Takes records off a ring, on the thread that drains it.</summary>
public interface IRecordHandler
{
    /// <summary>One record, in the kernel's memory: it must be read before this returns.</summary>
    /// <param name="record">The bytes that the program submitted; perf rings may append up to seven of padding.</param>
    void OnRecord(ReadOnlySpan<byte> record);
}
