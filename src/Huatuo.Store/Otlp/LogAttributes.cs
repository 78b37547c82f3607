using System.Text;
using System.Text.Json;

namespace Huatuo.Store.Otlp;

/// <summary>
/// The attributes of OpenTelemetry's semantic conventions that a document has: for the container, the pod, the process and thread,
/// and the network.
/// </summary>
internal static class LogAttributes
{
    /// <summary>What the names of pods' labels stand behind.</summary>
    public const string LabelPrefix = "k8s.pod.label.";

    private const int AttributesField = 6;

    /// <summary>What a member at the document's top is called, or nothing.</summary>
    public static ReadOnlySpan<byte> OfTop(ref Utf8JsonReader name) =>
        name.ValueTextEquals("id"u8) ? "log.record.uid"u8
        : name.ValueTextEquals("tracer_name"u8) ? "huatuo.tracer"u8
        : name.ValueTextEquals("tracer_type"u8) ? "huatuo.tracer_type"u8
        : name.ValueTextEquals("container_id"u8) ? "container.id"u8
        : name.ValueTextEquals("container_name"u8) ? "container.name"u8
        : name.ValueTextEquals("container_image"u8) ? "container.image.name"u8
        : name.ValueTextEquals("pod_name"u8) ? "k8s.pod.name"u8
        : name.ValueTextEquals("pod_namespace"u8) ? "k8s.namespace.name"u8
        : name.ValueTextEquals("pod_uid"u8) ? "k8s.pod.uid"u8
        : name.ValueTextEquals("container_hostname"u8) ? "huatuo.container_hostname"u8
        : name.ValueTextEquals("container_type"u8) ? "huatuo.container_type"u8
        : name.ValueTextEquals("container_qos"u8) ? "huatuo.container_qos"u8
        : default;

    /// <summary>Adds a pod's labels.</summary>
    /// <param name="into">A log record.</param>
    /// <param name="labels">On the object; afterwards on its end.</param>
    public static void AddLabels(ProtoBuffer into, ref Utf8JsonReader labels)
    {
        while (labels.Read() && labels.TokenType == JsonTokenType.PropertyName)
        {
            byte[] key = Encoding.UTF8.GetBytes(LabelPrefix + labels.GetString());
            labels.Read();
            AnyValue.Attribute(into, AttributesField, key, ref labels);
        }
    }

    /// <summary>Adds the attributes of a document's <c>tracer_data</c>.</summary>
    /// <param name="into">A log record.</param>
    /// <param name="data">On the object; a copy, so that the caller's stays there.</param>
    public static void AddData(ProtoBuffer into, Utf8JsonReader data)
    {
        while (data.Read() && data.TokenType == JsonTokenType.PropertyName)
        {
            bool isLayers = data.ValueTextEquals("layers"u8);
            ReadOnlySpan<byte> transport = Transport(ref data);
            ReadOnlySpan<byte> key = OfData(ref data);
            data.Read();
            if (isLayers && data.TokenType == JsonTokenType.StartObject)
                AddLayers(into, ref data);
            else if (key.IsEmpty || data.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                data.Skip();
            else
                AnyValue.Attribute(into, AttributesField, key, ref data);
            if (!transport.IsEmpty)
                AnyValue.Attribute(into, AttributesField, "network.transport"u8, transport);
        }
    }

    private static ReadOnlySpan<byte> OfData(ref Utf8JsonReader name) =>
        name.ValueTextEquals("pid"u8) ? "process.pid"u8
        : name.ValueTextEquals("tid"u8) ? "thread.id"u8
        : name.ValueTextEquals("comm"u8) ? "thread.name"u8
        : name.ValueTextEquals("netdev_name"u8) ? "network.interface.name"u8
        : name.ValueTextEquals("tcp_saddr"u8) || name.ValueTextEquals("udp_saddr"u8) ? "source.address"u8
        : name.ValueTextEquals("tcp_daddr"u8) || name.ValueTextEquals("udp_daddr"u8) ? "destination.address"u8
        : name.ValueTextEquals("tcp_sport"u8) || name.ValueTextEquals("udp_sport"u8) ? "source.port"u8
        : name.ValueTextEquals("tcp_dport"u8) || name.ValueTextEquals("udp_dport"u8) ? "destination.port"u8
        : default;

    private static ReadOnlySpan<byte> Transport(ref Utf8JsonReader name) =>
        name.ValueTextEquals("tcp_sport"u8) ? "tcp"u8 : name.ValueTextEquals("udp_sport"u8) ? "udp"u8 : default;

    // The headers of a packet, by layer.
    private static void AddLayers(ProtoBuffer into, ref Utf8JsonReader layers)
    {
        while (layers.Read() && layers.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> type = layers.ValueTextEquals("ipv4"u8) ? "ipv4"u8 : layers.ValueTextEquals("ipv6"u8) ? "ipv6"u8 : default;
            ReadOnlySpan<byte> transport = layers.ValueTextEquals("tcp"u8) ? "tcp"u8 : layers.ValueTextEquals("udp"u8) ? "udp"u8 : default;
            layers.Read();
            if (layers.TokenType != JsonTokenType.StartObject || (type.IsEmpty && transport.IsEmpty))
            {
                layers.Skip();
                continue;
            }
            AnyValue.Attribute(into, AttributesField, type.IsEmpty ? "network.transport"u8 : "network.type"u8, type.IsEmpty ? transport : type);
            AddEnds(into, ref layers);
        }
    }

    private static void AddEnds(ProtoBuffer into, ref Utf8JsonReader header)
    {
        while (header.Read() && header.TokenType == JsonTokenType.PropertyName)
        {
            ReadOnlySpan<byte> key =
                header.ValueTextEquals("saddr"u8) ? "source.address"u8
                : header.ValueTextEquals("daddr"u8) ? "destination.address"u8
                : header.ValueTextEquals("sport"u8) ? "source.port"u8
                : header.ValueTextEquals("dport"u8) ? "destination.port"u8
                : default;
            header.Read();
            if (key.IsEmpty || header.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                header.Skip();
            else
                AnyValue.Attribute(into, AttributesField, key, ref header);
        }
    }
}
