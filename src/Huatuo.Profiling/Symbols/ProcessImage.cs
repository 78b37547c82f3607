using Huatuo.Linux.Proc;

namespace Huatuo.Profiling.Symbols;

/// <summary>Tells the programs apart that a process runs, one after the other.</summary>
internal static class ProcessImage
{
    // proc_pid_stat(5): arg_start is field 48; the name, the second one, may hold anything but ends at the last parenthesis.
    private const int ArgumentsField = 48 - 3;

    /// <summary>Where the arguments of its program lie: another place after <c>exec</c>.</summary>
    /// <param name="buffer">To read with.</param>
    /// <param name="folder">The process's folder in proc.</param>
    /// <param name="arguments">They; 0 for those who may not know.</param>
    /// <returns>False when there is no such process.</returns>
    internal static bool TryRead(FileBuffer buffer, string folder, out ulong arguments)
    {
        arguments = 0;
        if (!buffer.TryRead(folder + "/stat", out ReadOnlySpan<byte> stat))
            return false;
        var fields = new FieldReader(stat[(stat.LastIndexOf((byte)')') + 1)..]);
        return fields.Skip(ArgumentsField) && fields.TryNumber(out arguments);
    }
}
