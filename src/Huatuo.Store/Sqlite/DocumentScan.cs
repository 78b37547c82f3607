using System.Text.Json;
using Huatuo.Linux.Clock;
using Huatuo.Store.Search;

namespace Huatuo.Store.Sqlite;

/// <summary>One pass over a document: its time, its words, and where its stacks are. Used again for each document.</summary>
internal sealed class DocumentScan
{
    // A shorter text costs less in the document than its reference would save.
    private const int ShortestStack = 32;

    private byte[] _words = new byte[4096];
    private int _length;

    /// <summary>The words of all searched fields but the stacks, separated by spaces.</summary>
    public ReadOnlySpan<byte> Words => _words.AsSpan(0, _length);

    /// <summary>When it happened, in nanoseconds since 1970; null when the document does not tell.</summary>
    public long? TimeNs { get; private set; }

    /// <summary>The string literals, quotes included, of the fields named <c>stack</c>, in order.</summary>
    public List<Range> Stacks { get; } = [];

    /// <summary>Adds the word that stands for a stack.</summary>
    public void AddStack(long stack)
    {
        Span<byte> room = Room(StackReference.MaxBytes);
        int length = StackReference.Write(stack, room);
        room[0] = Search.Words.Reference;
        room[length - 1] = (byte)' ';
        _length += length;
    }

    /// <summary>Looks through a document.</summary>
    /// <returns>False when it is not one JSON object.</returns>
    public bool TryScan(ReadOnlySpan<byte> document)
    {
        _length = 0;
        TimeNs = null;
        Stacks.Clear();
        if (document.IsEmpty || document[0] != '{')
            return false;
        try
        {
            var reader = new Utf8JsonReader(document);
            ReadOnlySpan<byte> name = [];
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName)
                    name = reader.ValueSpan;
                else if (reader.TokenType is JsonTokenType.String or JsonTokenType.Number)
                    Take(ref reader, name);
            }
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void Take(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (reader.TokenType == JsonTokenType.String && name.SequenceEqual("stack"u8) && reader.ValueSpan.Length >= ShortestStack)
        {
            int start = (int)reader.TokenStartIndex;
            Stacks.Add(start..(start + reader.ValueSpan.Length + 2));
        }
        else if (SearchedFields.Has(name))
        {
            AddWords(ref reader);
        }
        else if (TimeNs is null && name.SequenceEqual("observed_timestamp"u8) && UtcTimestamp.TryParse(reader.ValueSpan, out long time))
        {
            TimeNs = time;
        }
    }

    private void AddWords(ref Utf8JsonReader reader)
    {
        Span<byte> room = Room(reader.ValueSpan.Length + 1);
        int length = JsonValue.Copy(ref reader, room);
        room[..length].Replace(Search.Words.Reference, (byte)' ');
        room[length] = (byte)' ';
        _length += length + 1;
    }

    private Span<byte> Room(int bytes)
    {
        if (_words.Length - _length < bytes)
            Array.Resize(ref _words, Math.Max(_words.Length * 2, _length + bytes));
        return _words.AsSpan(_length);
    }
}
