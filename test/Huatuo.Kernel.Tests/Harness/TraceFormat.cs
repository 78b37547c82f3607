using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>The layout of a tracepoint's records, from the file <c>format</c> of its directory.</summary>
internal sealed partial class TraceFormat
{
    private readonly Dictionary<string, (int Offset, int Size)> _fields;
    private readonly Dictionary<ulong, string> _symbols;

    internal TraceFormat(string text)
    {
        _fields = Field().Matches(text).ToDictionary(
            match => match.Groups["name"].Value,
            match => (Number(match.Groups["offset"].Value), Number(match.Groups["size"].Value)));
        _symbols = Symbol().Matches(text).DistinctBy(match => match.Groups["value"].Value).ToDictionary(
            match => (ulong)Number(match.Groups["value"].Value),
            match => match.Groups["name"].Value);
    }

    internal bool Has(string field) => _fields.ContainsKey(field);

    /// <summary>An unsigned field of up to eight bytes.</summary>
    internal ulong Read(ReadOnlySpan<byte> record, string field)
    {
        (int offset, int size) = _fields[field];
        Span<byte> value = stackalloc byte[sizeof(ulong)];
        record.Slice(offset, size).CopyTo(value);
        return BinaryPrimitives.ReadUInt64LittleEndian(value);
    }

    /// <summary>The name that the tracepoint prints for a value.</summary>
    internal string Name(ulong value) => _symbols.GetValueOrDefault(value) ?? $"0x{value:x}";

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"field:.*?(?<name>\w+)(\[\d*\])?;\s*offset:(?<offset>\d+);\s*size:(?<size>\d+);")]
    private static partial Regex Field();

    [GeneratedRegex("""\{ (?<value>\d+), "(?<name>\w+)" \}""")]
    private static partial Regex Symbol();
}
