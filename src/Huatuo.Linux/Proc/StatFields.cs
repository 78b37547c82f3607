using System.Buffers.Text;

namespace Huatuo.Linux.Proc;

/// <summary>Fields of <c>/proc/PID/stat</c> and like files.</summary>
internal static class StatFields
{
    /// <summary>proc_pid_stat(5) counts from 1; what follows the command name starts with field 3.</summary>
    internal const int StartTime = 22 - 3;

    /// <summary>What follows the command name, which may hold spaces and parentheses: it ends at the last one.</summary>
    internal static bool TryAfterName(ReadOnlySpan<byte> stat, out ReadOnlySpan<byte> fields)
    {
        int end = stat.LastIndexOf((byte)')');
        fields = stat[(end + 1)..];
        return end >= 0;
    }

    /// <summary>The field at an index among fields separated by white space, as a number that is not negative.</summary>
    internal static bool TryGet(ReadOnlySpan<byte> text, int index, out long value)
    {
        var white = " \t\n"u8;
        text = text.TrimStart(white);
        for (; index > 0; index--)
        {
            int end = text.IndexOfAny(white);
            text = end < 0 ? default : text[end..].TrimStart(white);
        }
        int stop = text.IndexOfAny(white);
        var field = stop < 0 ? text : text[..stop];
        return Utf8Parser.TryParse(field, out value, out int used) && used == field.Length && value >= 0;
    }

    /// <summary>Line <c>btime</c> of <c>/proc/stat</c>, seconds since 1970, which stands after a line of all interrupts: read once.</summary>
    internal static double? ReadBootTime(string procRoot)
    {
        try
        {
            ReadOnlySpan<byte> stat = File.ReadAllBytes(Path.Combine(procRoot, "stat"));
            var label = "\nbtime "u8;
            int at = stat.IndexOf(label);
            return at >= 0 && TryGet(stat[(at + label.Length)..], 0, out long seconds) ? seconds : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
