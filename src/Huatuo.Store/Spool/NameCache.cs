using System.Text;

namespace Huatuo.Store.Spool;

/// <summary>The few names of tracers, as text and as UTF-8, without making them anew for each document. Used by one thread at a
/// time.</summary>
internal sealed class NameCache
{
    private const int Most = 256;

    private readonly Dictionary<string, byte[]> _bytes = [];
    private readonly List<(byte[] Utf8, string Text)> _texts = [];

    /// <summary>A name as UTF-8.</summary>
    public byte[] Utf8(string name)
    {
        if (!_bytes.TryGetValue(name, out byte[]? utf8))
            _bytes.Add(name, utf8 = Encoding.UTF8.GetBytes(name));
        return utf8;
    }

    /// <summary>A name as text.</summary>
    public string Text(ReadOnlySpan<byte> utf8)
    {
        foreach ((byte[] known, string text) in _texts)
            if (utf8.SequenceEqual(known))
                return text;
        string name = Encoding.UTF8.GetString(utf8);
        if (_texts.Count < Most)
            _texts.Add((utf8.ToArray(), name));
        return name;
    }
}
