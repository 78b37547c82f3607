using System.Text;

namespace Huatuo.Linux.Proc;

/// <summary>
/// What names in files of the kernel stand for: made once for each, found by its bytes from then on. Bounded: begins anew when it
/// is full. One caller at a time.
/// </summary>
/// <param name="make">Makes the value of a name; bytes that are no UTF-8 become U+FFFD.</param>
/// <param name="capacity">The most that are kept.</param>
/// <typeparam name="T">What a name stands for.</typeparam>
public sealed class ByteTable<T>(Func<string, T> make, int capacity = 8192)
{
    private readonly Dictionary<byte[], T> _values = new(new Comparer());

    /// <summary>How many are kept.</summary>
    public int Count => _values.Count;

    /// <summary>Finds or makes a name's value.</summary>
    /// <param name="name">The name.</param>
    public T Get(ReadOnlySpan<byte> name)
    {
        if (_values.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out T? known))
            return known;
        if (_values.Count >= capacity)
            _values.Clear();
        T value = make(Encoding.UTF8.GetString(name));
        _values.Add(name.ToArray(), value);
        return value;
    }

    /// <summary>Forgets all: what names stand for may be something else now.</summary>
    public void Clear() => _values.Clear();

    private sealed class Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = new HashCode();
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
