using System.Runtime.InteropServices;
using Huatuo.Bench.Native;

namespace Huatuo.Bench.Rings;

/// <summary>A tally, and a word that ends loops in C, in memory that does not move.</summary>
internal sealed unsafe class SharedTally : IDisposable
{
    internal Tally* Pointer { get; } = (Tally*)NativeMemory.AllocZeroed((nuint)sizeof(Tally) + sizeof(int));

    /// <summary>What C looks at.</summary>
    internal int* Halted => (int*)(Pointer + 1);

    /// <summary>Records read so far.</summary>
    internal ulong Events => Volatile.Read(ref Pointer->Events);

    /// <summary>Ends the loops.</summary>
    internal void Halt() => Volatile.Write(ref *Halted, 1);

    public void Dispose() => NativeMemory.Free(Pointer);
}
