using System.Text;

namespace Huatuo.Gen.Tests;

/// <summary>Builds the bytes of a .BTF section.</summary>
public sealed class BtfBytes
{
    private readonly List<byte> _types = [];
    private readonly List<byte> _names = [0];

    public BtfBytes Add(string name, int kind, int count, bool flag, uint size, params uint[] body)
    {
        Words(_types, [Name(name), (uint)kind << 24 | (uint)count | (flag ? 1u << 31 : 0), size, .. body]);
        return this;
    }

    /// <summary>The offset of a string, which is added.</summary>
    public uint Name(string name)
    {
        if (name.Length == 0)
            return 0;
        int offset = _names.Count;
        _names.AddRange([.. Encoding.ASCII.GetBytes(name), 0]);
        return (uint)offset;
    }

    public byte[] ToArray()
    {
        var section = new List<byte>();
        Words(section, [0x0001EB9F, 24, 0, (uint)_types.Count, (uint)_types.Count, (uint)_names.Count]);
        return [.. section, .. _types, .. _names];
    }

    private static void Words(List<byte> bytes, ReadOnlySpan<uint> words)
    {
        foreach (uint word in words)
            bytes.AddRange(BitConverter.GetBytes(word));
    }
}
