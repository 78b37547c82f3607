using System.Buffers.Text;

namespace Huatuo.Tracers.Scheduling.Softlockup;

/// <summary>
/// The line <c>watchdog: BUG: soft lockup - CPU#0 stuck for 23s! [comm:tid]</c> of the kernel log (kernel/watchdog.c:
/// watchdog_timer_fn, the same since 4.15).
/// </summary>
/// <param name="Cpu">The CPU that is stuck.</param>
/// <param name="Seconds">For how long.</param>
/// <param name="Tid">The thread that runs there.</param>
internal readonly record struct SoftlockupMessage(int Cpu, uint Seconds, uint Tid)
{
    internal const int MaxCommBytes = 15;

    /// <summary>Parses it.</summary>
    /// <param name="text">The line, with or without its end.</param>
    /// <param name="message">What it says.</param>
    /// <param name="comm">The thread's name, which may hold any character.</param>
    /// <returns>False for any other line.</returns>
    internal static bool TryParse(ReadOnlySpan<byte> text, out SoftlockupMessage message, out ReadOnlySpan<byte> comm)
    {
        message = default;
        comm = default;
        ReadOnlySpan<byte> rest = text.TrimEnd("\n"u8);
        if (!TrySkip(ref rest, "watchdog: BUG: soft lockup - CPU#"u8) || !TryNumber(ref rest, out uint cpu) || cpu > int.MaxValue
            || !TrySkip(ref rest, " stuck for "u8) || !TryNumber(ref rest, out uint seconds)
            || !TrySkip(ref rest, "s! ["u8) || rest.IsEmpty || rest[^1] != ']')
            return false;
        int colon = rest.LastIndexOf((byte)':');
        if (colon is < 0 or > MaxCommBytes * EscapedBytes)
            return false;
        comm = rest[..colon];
        rest = rest[(colon + 1)..^1];
        if (!TryNumber(ref rest, out uint tid) || !rest.IsEmpty)
            return false;
        message = new SoftlockupMessage((int)cpu, seconds, tid);
        return true;
    }

    // /dev/kmsg writes a character that is not printable as \x20.
    private const int EscapedBytes = 4;

    private static bool TrySkip(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> words)
    {
        if (!rest.StartsWith(words))
            return false;
        rest = rest[words.Length..];
        return true;
    }

    private static bool TryNumber(ref ReadOnlySpan<byte> rest, out uint number)
    {
        if (rest.IsEmpty || !char.IsAsciiDigit((char)rest[0]) || !Utf8Parser.TryParse(rest, out number, out int used))
        {
            number = 0;
            return false;
        }
        rest = rest[used..];
        return true;
    }
}
