namespace Huatuo.Linux.Kallsyms;

/// <summary>The compact form: entry i spans the names from offset i to offset i+1; an empty name marks data.</summary>
/// <remarks>Modules are runs of entries, because the code of a module lies together: a run costs a few bytes.</remarks>
internal sealed class SymbolTable(
    ulong[] addresses, uint[] nameOffsets, byte[] names, int[] runStarts, byte[][] runModules, int named, long malformed)
{
    /// <summary>KSYM_NAME_LEN (include/linux/kallsyms.h), 512 with the terminator since 6.1 and 128 before.</summary>
    internal const int MaxNameBytes = 511;

    /// <summary>MODULE_NAME_LEN is 64 less a pointer; some room is left.</summary>
    internal const int MaxModuleBytes = 64;

    internal static readonly SymbolTable Empty = new([], [0], [], [0], [[]], 0, 0);

    internal int Named => named;

    internal long MalformedLines => malformed;

    internal long ResidentBytes
    {
        get
        {
            long modules = 0;
            foreach (byte[] module in runModules.Distinct()) modules += module.Length;
            return sizeof(ulong) * (long)addresses.Length + sizeof(uint) * (long)nameOffsets.Length + names.Length
                + (sizeof(int) + IntPtr.Size) * (long)runStarts.Length + modules;
        }
    }

    internal ulong Address(int index) => addresses[index];

    internal ReadOnlySpan<byte> Name(int index)
    {
        uint start = nameOffsets[index];
        return names.AsSpan((int)start, (int)(nameOffsets[index + 1] - start));
    }

    internal ReadOnlySpan<byte> Module(int index)
    {
        int run = Array.BinarySearch(runStarts, index);
        return runModules[run >= 0 ? run : ~run - 1];
    }

    /// <summary>The last entry at or below an address, or -1.</summary>
    internal int Floor(ulong address)
    {
        ReadOnlySpan<ulong> table = addresses;
        int low = 0;
        int count = table.Length;
        while (count > 0)
        {
            int half = count >>> 1;
            if (table[low + half] <= address)
            {
                low += half + 1;
                count -= half + 1;
            }
            else
            {
                count = half;
            }
        }
        return low - 1;
    }
}
