namespace Huatuo.Profiling.Formats;

/// <summary>The fields of a message of Protocol Buffers, one after the other.</summary>
/// <param name="message">The message.</param>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;
    private bool _isNumber;

    /// <summary>The number of the field.</summary>
    internal int Field { get; private set; }

    /// <summary>Its value, if it is a number.</summary>
    internal ulong Number { get; private set; }

    /// <summary>Its value, if it is a text, a message or a list.</summary>
    internal ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Takes the next field.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="InvalidDataException">It is no message.</exception>
    internal bool TryNext()
    {
        if (_rest.IsEmpty)
            return false;
        ulong tag = Varint();
        Field = (int)(tag >> 3);
        Number = 0;
        Bytes = default;
        _isNumber = false;
        switch (tag & 7)
        {
            case 0:
                (Number, _isNumber) = (Varint(), true);
                return true;
            case 1:
                Bytes = Take(8);
                return true;
            case 2:
                Bytes = Take(Varint());
                return true;
            case 5:
                Bytes = Take(4);
                return true;
            default:
                throw new InvalidDataException("a damaged profile of pprof");
        }
    }

    /// <summary>Adds a number, or the numbers of a list.</summary>
    internal readonly void AddTo(List<ulong> numbers)
    {
        if (_isNumber)
            numbers.Add(Number);
        for (var list = new ProtoReader(Bytes); !list._rest.IsEmpty;)
            numbers.Add(list.Varint());
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length)
            throw new InvalidDataException("a damaged profile of pprof: it ends too early");
        ReadOnlySpan<byte> taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte one = Take(1)[0];
            value |= (ulong)(one & 0x7f) << shift;
            if (one < 0x80)
                return value;
        }
        throw new InvalidDataException("a damaged profile of pprof: a number without an end");
    }
}
