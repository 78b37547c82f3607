using System.Buffers.Binary;
using System.Text;
using Huatuo.Linux.Netlink;

namespace Huatuo.Tracers.Tests;

/// <summary>Datagrams of rtnetlink as a test lists them; at their end the source fails.</summary>
/// <param name="script">The datagrams; null where the queue ran over. Each is asked for only once the one before was handled.</param>
internal sealed class ScriptedLinks(IEnumerable<byte[]?> script) : ILinkSource
{
    internal const uint Up = 1, LowerUp = 0x10000;
    private readonly IEnumerator<byte[]?> _script = script.GetEnumerator();

    /// <summary>How often all devices were asked for; the answers carry this number.</summary>
    internal uint Scans { get; private set; }

    internal Func<string, DriverInfo?> Drivers { get; init; } = _ => null;

    public void RequestAll(uint sequence) => Scans = sequence;

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken stop)
    {
        if (!_script.MoveNext())
            throw new EndOfStreamException("the script is over");
        _script.Current?.CopyTo(buffer);
        return ValueTask.FromResult(_script.Current?.Length ?? -1);
    }

    public DriverInfo? Driver(ReadOnlySpan<byte> name) => Drivers(Encoding.UTF8.GetString(name));

    public void Dispose() => _script.Dispose();

    /// <summary>An RTM_NEWLINK, or another message of its form.</summary>
    internal static byte[] Link(
        int index, string name, uint flags, uint sequence = 0, ushort type = NetlinkMessage.NewLink, byte family = 0, string kind = "", string masterKind = "")
    {
        List<byte> payload = [family, 0, 1, 0, .. Word((uint)index), .. Word(flags), .. Word(0)];
        if (name.Length > 0)
            payload.AddRange(Attribute(3, Encoding.UTF8.GetBytes(name + "\0")));
        payload.AddRange(Attribute(1, [2, 0, 0, 0, 0, (byte)index]));
        payload.AddRange(Attribute(18, [.. Attribute(1, Encoding.UTF8.GetBytes(kind + "\0")), .. Attribute(4, Encoding.UTF8.GetBytes(masterKind + "\0"))]));
        return Message(type, sequence, [.. payload]);
    }

    /// <summary>The end of a scan.</summary>
    internal static byte[] Done(uint sequence) => Message(NetlinkMessage.Done, sequence, Word(0));

    internal static byte[] Message(ushort type, uint sequence, byte[] payload) =>
        [.. Word((uint)payload.Length + 16), .. BitConverter.GetBytes(type), 0, 0, .. Word(sequence), .. Word(0), .. payload];

    private static byte[] Attribute(ushort type, byte[] value) =>
        [.. BitConverter.GetBytes((ushort)(value.Length + 4)), .. BitConverter.GetBytes(type), .. value, .. new byte[-value.Length & 3]];

    private static byte[] Word(uint value)
    {
        byte[] word = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(word, value);
        return word;
    }
}
