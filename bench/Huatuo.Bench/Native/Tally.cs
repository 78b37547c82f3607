using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Huatuo.Bpf.Rings;

namespace Huatuo.Bench.Native;

/// <summary>The <c>struct tally</c> of consume.c.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Tally
{
    private const int CacheLineWords = 8;
    private const int HeaderWords = 3;

    public ulong Events;
    public ulong Bytes;
    public ulong Sum;
    public ulong Damaged;

    /// <summary>What any consumer does at least: check the length, and read every cache line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Touch(ReadOnlySpan<byte> record)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(record);
        if (words.Length < HeaderWords)
        {
            Damaged++;
            return;
        }
        for (int i = 0; i < words.Length; i += CacheLineWords)
            Sum += words[i];
        Events++;
        Bytes += (ulong)record.Length;
    }
}

/// <summary>Tallies records where the readers are compiled for a struct.</summary>
internal readonly unsafe struct TallyHandler(Tally* tally) : IRecordHandler
{
    public void OnRecord(ReadOnlySpan<byte> record) => tally->Touch(record);
}
