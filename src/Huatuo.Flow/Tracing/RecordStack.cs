using System.Runtime.InteropServices;
using Huatuo.Bpf.Abi;

namespace Huatuo.Flow.Tracing;

/// <summary>The stack that follows a record.</summary>
public static class RecordStack
{
    /// <summary>Finds it.</summary>
    /// <param name="record">The record with what follows it.</param>
    /// <param name="size">Of the record alone, not more than there is.</param>
    /// <param name="header">Its header, which tells how long the stack is.</param>
    /// <param name="stack">Return addresses, innermost first.</param>
    /// <returns>False when the header tells of more than there is.</returns>
    public static bool TryFind(ReadOnlySpan<byte> record, int size, in EventHeader header, out ReadOnlySpan<ulong> stack)
    {
        stack = default;
        int bytes = (int)Math.Min(header.StackBytes, int.MaxValue);
        if (bytes > record.Length - size || bytes % sizeof(ulong) != 0)
            return false;
        stack = MemoryMarshal.Cast<byte, ulong>(record.Slice(size, bytes));
        return true;
    }
}
