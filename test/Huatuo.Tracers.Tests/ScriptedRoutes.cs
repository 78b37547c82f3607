using Huatuo.Linux.Netlink;

namespace Huatuo.Tracers.Tests;

/// <summary>Answers of rtnetlink by the type of the request.</summary>
internal sealed class ScriptedRoutes(params (ushort Request, byte[] Answer)[] answers) : IRouteSource
{
    /// <summary>What was asked for.</summary>
    internal List<(ushort Type, byte[] Body)> Asked { get; } = [];

    /// <summary>With what requests without an answer are refused.</summary>
    internal int Errno { get; set; }

    public int Ask(ushort type, bool isDump, ReadOnlySpan<byte> body, NetlinkHandler each)
    {
        Asked.Add((type, body.ToArray()));
        byte[][] found = [.. answers.Where(answer => answer.Request == type).Select(answer => answer.Answer)];
        foreach (byte[] answer in found)
        {
            ReadOnlySpan<byte> rest = answer;
            while (NetlinkMessage.TryNext(ref rest, out NetlinkMessage message))
                each(message);
        }
        return found.Length > 0 ? 0 : Errno;
    }

    public void Dispose()
    {
    }

    /// <summary>A message: header, fixed part, attributes.</summary>
    internal static byte[] Message(ushort type, byte[] head, params IEnumerable<byte[]> attributes)
    {
        byte[] payload = [.. head, .. attributes.SelectMany(attribute => attribute)];
        return [.. BitConverter.GetBytes(16 + payload.Length), .. BitConverter.GetBytes(type), 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, .. payload];
    }

    /// <summary>An attribute, padded.</summary>
    internal static byte[] Attribute(ushort type, byte[] value) =>
        [.. BitConverter.GetBytes((ushort)(4 + value.Length)), .. BitConverter.GetBytes(type), .. value, .. new byte[(4 - value.Length % 4) % 4]];

    /// <summary>Numbers of 32 bits.</summary>
    internal static byte[] Words(params IEnumerable<uint> words) => [.. words.SelectMany(BitConverter.GetBytes)];
}
