using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Huatuo.Store.Search;
using Huatuo.Store.Sqlite.Interop;

namespace Huatuo.Store.Sqlite;

/// <summary>The stacks of one partition, each stored once, found by its hash.</summary>
internal sealed class StackRows : IDisposable
{
    private const long MaxBytes = 2 << 20;

    private readonly SqliteStatement _find;
    private readonly SqliteStatement _insert;
    private readonly SqliteStatement _insertWords;
    private readonly Dictionary<ulong, (byte[] Literal, long Id)> _known = [];
    private long _bytes;
    private long _last;

    /// <exception cref="SqliteException">The partition is not what it should be.</exception>
    public StackRows(SqliteConnection connection, long partition)
    {
        string n = partition.ToString(CultureInfo.InvariantCulture);
        _last = connection.Number($"SELECT max(id) FROM stacks_{n}");
        _find = connection.Prepare($"SELECT id, text FROM stacks_{n} WHERE hash=?1");
        _insert = connection.Prepare($"INSERT INTO stacks_{n}(id, hash, text) VALUES(?1, ?2, ?3)");
        _insertWords = connection.Prepare($"INSERT INTO stack_words_{n}(rowid, words) VALUES(?1, ?2)");
    }

    /// <summary>The number of a stack, which is stored if it is new.</summary>
    /// <param name="literal">The JSON string, quotes included.</param>
    /// <exception cref="SqliteException">It cannot be stored.</exception>
    public long Find(ReadOnlySpan<byte> literal)
    {
        ulong hash = Hash(literal);
        if (_known.TryGetValue(hash, out var known) && literal.SequenceEqual(known.Literal))
            return known.Id;
        if (_bytes > MaxBytes)
        {
            _known.Clear();
            _bytes = 0;
        }
        long id = Look(hash, literal);
        if (id < 0)
            id = Insert(hash, literal);
        _known[hash] = (literal.ToArray(), id);
        _bytes += literal.Length + 64;
        return id;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _find.Dispose();
        _insert.Dispose();
        _insertWords.Dispose();
    }

    /// <summary>A hash of bytes that stays the same from version to version.</summary>
    internal static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        const ulong odd = 0x9e37_79b9_7f4a_7c15;
        ulong hash = (ulong)bytes.Length;
        for (; bytes.Length >= 8; bytes = bytes[8..])
            hash = ulong.RotateLeft((hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes)) * odd, 29);
        foreach (byte left in bytes)
            hash = ulong.RotateLeft((hash ^ left) * odd, 29);
        return hash ^ hash >> 32;
    }

    private long Look(ulong hash, ReadOnlySpan<byte> literal)
    {
        _find.Bind(1, (long)hash);
        try
        {
            while (_find.Step())
            {
                if (_find.Bytes(1).SequenceEqual(literal))
                    return _find.Number(0);
            }
            return -1;
        }
        finally
        {
            _find.Reset();
        }
    }

    private long Insert(ulong hash, ReadOnlySpan<byte> literal)
    {
        long id = ++_last;
        _insert.Bind(1, id).Bind(2, (long)hash).BindBlob(3, literal).Run();
        var reader = new Utf8JsonReader(literal);
        reader.Read();
        byte[] words = new byte[literal.Length];
        int length = JsonValue.Copy(ref reader, words);
        words.AsSpan(0, length).Replace(Words.Reference, (byte)' ');
        _insertWords.Bind(1, id).BindText(2, words.AsSpan(0, length)).Run();
        return id;
    }
}
