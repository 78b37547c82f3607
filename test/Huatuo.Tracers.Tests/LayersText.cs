using System.Text;
using System.Text.Json;
using Huatuo.Flow.Documents;
using Huatuo.Tracers.Network.Packets;

namespace Huatuo.Tracers.Tests;

/// <summary>The object <c>layers</c> as JSON.</summary>
internal static class LayersText
{
    internal static string Of(ushort type, ReadOnlySpan<byte> ethernet, ReadOnlySpan<byte> packet, string socketState = "")
    {
        var json = new JsonBuffer();
        json.Mark((byte)'{');
        var fields = new JsonFieldWriter(json);
        new PacketLayers(type, ethernet, packet).Write(ref fields, Encoding.UTF8.GetBytes(socketState));
        json.Mark((byte)'}');
        using var document = JsonDocument.Parse(json.Written.ToArray());
        return document.RootElement.GetProperty("layers").GetRawText();
    }
}
