using System.Text;
using Huatuo.Flow.Documents;

namespace Huatuo.Tracers.Hardware.Ras;

/// <summary>One field of an error.</summary>
internal readonly struct Detail
{
    private readonly byte[] _name;
    private readonly byte[]? _text;
    private readonly ulong _number;
    private readonly bool _isHex;

    private Detail(string name, byte[]? text, ulong number, bool isHex)
    {
        _name = Encoding.UTF8.GetBytes(name);
        _text = text;
        _number = number;
        _isHex = isHex;
    }

    internal static Detail Text(string name, string value) => new(name, Encoding.UTF8.GetBytes(value), 0, isHex: false);

    internal static Detail Text(string name, ReadOnlySpan<byte> utf8) => new(name, utf8.ToArray(), 0, isHex: false);

    internal static Detail Number(string name, long value) => new(name, null, (ulong)value, isHex: false);

    internal static Detail Hex(string name, ulong value) => new(name, null, value, isHex: true);

    internal void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        if (_text is not null)
            writer.Text(_name, _text);
        else if (_isHex)
            writer.Hex(_name, _number);
        else
            writer.Number(_name, (long)_number);
    }
}
