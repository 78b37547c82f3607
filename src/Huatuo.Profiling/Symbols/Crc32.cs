namespace Huatuo.Profiling.Symbols;

/// <summary>The checksum of IEEE 802.3, as links to debug files carry it.</summary>
internal sealed class Crc32
{
    private const uint Polynomial = 0xedb88320;
    private readonly uint[] _table = new uint[256];
    private uint _state = ~0u;

    internal Crc32()
    {
        for (uint i = 0; i < _table.Length; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? value >> 1 ^ Polynomial : value >> 1;
            _table[i] = value;
        }
    }

    internal uint Value => ~_state;

    internal void Add(ReadOnlySpan<byte> bytes)
    {
        foreach (byte one in bytes)
            _state = _table[(byte)(_state ^ one)] ^ _state >> 8;
    }
}
