using Huatuo.Store.Sqlite;
using Huatuo.Store.Sqlite.Interop;

namespace Huatuo.Store.Search;

/// <summary>Puts the stacks of one partition back into its stored documents.</summary>
internal sealed class StackExpansion(SqliteConnection connection, string partition)
{
    private const long MaxBytes = 8 << 20;

    private readonly Dictionary<long, byte[]> _known = [];
    private byte[] _document = new byte[4096];
    private long _bytes;
    private int _length;

    /// <summary>The document as it was.</summary>
    /// <param name="stored">As it is stored.</param>
    /// <returns>Valid until the next call.</returns>
    /// <exception cref="SqliteException">A stack cannot be read.</exception>
    public ReadOnlySpan<byte> Expand(ReadOnlySpan<byte> stored)
    {
        if (!stored.Contains(StackReference.Start))
            return stored;
        _length = 0;
        while (!stored.IsEmpty)
        {
            long stack = StackReference.Next(ref stored, out ReadOnlySpan<byte> before);
            Append(before);
            if (stack >= 0)
                Append(Find(stack));
        }
        return _document.AsSpan(0, _length);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_document.Length - _length < bytes.Length)
            Array.Resize(ref _document, Math.Max(_document.Length * 2, _length + bytes.Length));
        bytes.CopyTo(_document.AsSpan(_length));
        _length += bytes.Length;
    }

    private byte[] Find(long stack)
    {
        if (_known.TryGetValue(stack, out byte[]? literal))
            return literal;
        if (_bytes > MaxBytes)
        {
            _known.Clear();
            _bytes = 0;
        }
        using SqliteStatement row = connection.Prepare($"SELECT text FROM stacks_{partition} WHERE id=?1");
        literal = row.Bind(1, stack).Step() ? row.Bytes(0).ToArray() : throw new EventReadException($"a stack is missing (number {stack}): the database is damaged");
        _known.Add(stack, literal);
        _bytes += literal.Length;
        return literal;
    }
}
