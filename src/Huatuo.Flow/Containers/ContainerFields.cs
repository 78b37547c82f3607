using System.Text;
using Huatuo.Flow.Documents;

namespace Huatuo.Flow.Containers;

/// <summary>A container's fields of the envelope, encoded once for each change of its names.</summary>
internal sealed class ContainerFields
{
    private readonly (byte[] Name, byte[] Value)[] _fields;
    private readonly (byte[] Name, byte[] Value)[] _labels;

    internal ContainerFields(string id, ContainerNames names)
    {
        (string, string)[] fields =
        [
            ("container_id", id),
            ("container_name", names.Name),
            ("container_hostname", names.Hostname),
            ("container_host_namespace", names.PodNamespace),
            ("container_type", names.Type),
            ("container_qos", names.Qos),
            ("pod_name", names.PodName),
            ("pod_namespace", names.PodNamespace),
            ("pod_uid", names.PodUid),
            ("container_image", names.Image),
        ];
        _fields = [.. fields.Where(field => field.Item2.Length > 0).Select(field => (Utf8(field.Item1), Utf8(field.Item2)))];
        _labels = [.. names.PodLabels.Select(label => (Utf8(label.Key), Utf8(label.Value)))];
    }

    internal void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        foreach ((byte[] name, byte[] value) in _fields)
            writer.Text(name, value);
        if (_labels.Length == 0)
            return;
        writer.BeginObject("pod_labels"u8);
        foreach ((byte[] name, byte[] value) in _labels)
            writer.Text(name, value);
        writer.EndObject();
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
