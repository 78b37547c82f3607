using System.Globalization;
using System.Text;

namespace Huatuo.Http.Exposition;

/// <summary>A growing byte buffer that formats text and numbers in place, with a limit.</summary>
internal sealed class PageBuffer
{
    /// <summary>The most that a page may hold; a source that goes past it has gone wrong.</summary>
    public const int MaxLength = 64 << 20;

    /// <summary>Enough for any number: a double takes 24 characters at most.</summary>
    private const int MaxNumber = 32;

    private byte[] _bytes = new byte[16 << 10];

    /// <summary>The bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes allocated.</summary>
    public int Capacity => _bytes.Length;

    /// <summary>The bytes written, valid until the next change.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    /// <summary>Goes back to an earlier length.</summary>
    public void Truncate(int length) => Length = Math.Min(length, Length);

    /// <summary>Copies bytes.</summary>
    public void Append(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(Reserve(utf8.Length));
        Length += utf8.Length;
    }

    /// <summary>Transcodes text; half a surrogate pair becomes U+FFFD.</summary>
    public void AppendText(ReadOnlySpan<char> text) =>
        Length += Encoding.UTF8.GetBytes(text, Reserve(Encoding.UTF8.GetMaxByteCount(text.Length)));

    /// <summary>Formats a number, independent of the culture; a double in its shortest form that reads back the same.</summary>
    public void AppendFormatted<T>(T number)
        where T : struct, IUtf8SpanFormattable
    {
        number.TryFormat(Reserve(MaxNumber), out var written, default, CultureInfo.InvariantCulture);
        Length += written;
    }

    private Span<byte> Reserve(int count)
    {
        if (count > _bytes.Length - Length)
        {
            if (count > MaxLength - Length)
                throw new InvalidOperationException($"the page would exceed {MaxLength} bytes");
            Array.Resize(ref _bytes, Math.Max(Math.Min(_bytes.Length * 2, MaxLength), Length + count));
        }

        return _bytes.AsSpan(Length);
    }
}
