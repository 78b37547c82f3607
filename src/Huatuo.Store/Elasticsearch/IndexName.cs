using System.Buffers;
using System.Globalization;
using System.Text;

namespace Huatuo.Store.Elasticsearch;

/// <summary>
/// The index of a document. In the name, <c>{yyyy.MM.dd}</c> stands for the document's own time in UTC, so that a document that is
/// sent late, or again, goes where it belongs.
/// </summary>
public sealed class IndexName
{
    private const int LongestBytes = 255;
    private const int DayLength = 10;
    private static readonly SearchValues<char> Forbidden = SearchValues.Create("\\/*?\"<>| ,#:{}");
    private static readonly SearchValues<char> Format = SearchValues.Create("yMd.-_");

    private readonly string _before;
    private readonly string? _format;
    private readonly string _after;
    private readonly byte[] _day = new byte[DayLength];
    private byte[] _name;

    private IndexName(string before, string? format, string after)
    {
        _before = before;
        _format = format;
        _after = after;
        _name = Encoding.UTF8.GetBytes(before);
    }

    /// <summary>Whether the name depends on the time.</summary>
    public bool IsDated => _format is not null;

    /// <summary>The name with a star for the time.</summary>
    public string Pattern => IsDated ? $"{_before}*{_after}" : _before;

    /// <summary>Reads a name.</summary>
    /// <param name="text">As it is configured.</param>
    /// <param name="fault">What is wrong with it, or null.</param>
    public static IndexName? Parse(string text, out string? fault)
    {
        int open = text.IndexOf('{', StringComparison.Ordinal);
        int close = text.IndexOf('}', StringComparison.Ordinal);
        var name = open >= 0 && close > open
            ? new IndexName(text[..open], text[(open + 1)..close], text[(close + 1)..])
            : new IndexName(text, null, "");
        fault = name.Fault(text);
        return fault is null ? name : null;
    }

    /// <summary>The index of a document.</summary>
    /// <param name="timestamp">Its time, <c>yyyy-MM-dd…</c> in ASCII.</param>
    /// <param name="index">The name in UTF-8, which needs no escapes in JSON; valid until the next call.</param>
    /// <returns>False when that is no time.</returns>
    internal bool TryOf(ReadOnlySpan<byte> timestamp, out ReadOnlySpan<byte> index)
    {
        index = _name;
        if (_format is null)
            return true;
        if (timestamp.Length < DayLength)
            return false;
        if (!timestamp[..DayLength].SequenceEqual(_day))
        {
            if (!DateOnly.TryParseExact(Encoding.ASCII.GetString(timestamp[..DayLength]), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day))
                return false;
            timestamp[..DayLength].CopyTo(_day);
            _name = Encoding.UTF8.GetBytes($"{_before}{day.ToString(_format, CultureInfo.InvariantCulture)}{_after}");
        }
        index = _name;
        return true;
    }

    private string? Fault(string text)
    {
        if (_format is not null && (!_format.Contains("yyyy", StringComparison.Ordinal) || _format.AsSpan().ContainsAnyExcept(Format)))
            return $"'{text}': write the time as {{yyyy.MM.dd}}, {{yyyy.MM}} or {{yyyy}}";
        string bare = _before + _after;
        if (bare.Length == 0 || bare is "." or ".." || bare[0] is '-' or '_' or '+' || bare.AsSpan().ContainsAny(Forbidden)
            || bare.Any(c => char.IsControl(c) || char.IsUpper(c) || !char.IsAscii(c)) || text.Length > LongestBytes)
            return $"'{text}' is not the name of an index: small letters, digits, '-', '_' and '.', such as huatuo_bamai or huatuo-{{yyyy.MM.dd}}";
        return null;
    }
}
