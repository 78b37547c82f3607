using System.Buffers.Text;

namespace Huatuo.Store.Sqlite;

/// <summary>
/// What stands in a stored document in place of a stack: a byte 1, the stack's number, a byte 2. JSON has neither byte, so
/// that the document comes back byte for byte.
/// </summary>
internal static class StackReference
{
    /// <summary>Begins a reference.</summary>
    public const byte Start = 1;

    /// <summary>Ends a reference.</summary>
    public const byte End = 2;

    /// <summary>The longest reference.</summary>
    public const int MaxBytes = 22;

    /// <summary>Writes a reference.</summary>
    /// <returns>Its length.</returns>
    public static int Write(long stack, Span<byte> destination)
    {
        destination[0] = Start;
        Utf8Formatter.TryFormat(stack, destination[1..], out int digits);
        destination[digits + 1] = End;
        return digits + 2;
    }

    /// <summary>Takes the text before the next reference, and that reference, off a stored document.</summary>
    /// <param name="stored">What is left of the document.</param>
    /// <param name="before">The text before the reference, or all of it.</param>
    /// <returns>The stack's number, or -1 when there is no reference any more.</returns>
    public static long Next(ref ReadOnlySpan<byte> stored, out ReadOnlySpan<byte> before)
    {
        int start = stored.IndexOf(Start);
        if (start < 0)
        {
            before = stored;
            stored = [];
            return -1;
        }
        before = stored[..start];
        bool valid = Utf8Parser.TryParse(stored[(start + 1)..], out long stack, out int digits);
        stored = stored[Math.Min(stored.Length, start + digits + 2)..];
        return valid ? stack : 0;
    }
}
