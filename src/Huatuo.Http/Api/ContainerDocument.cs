using System.Text.Json;
using Huatuo.Flow.Containers;

namespace Huatuo.Http.Api;

/// <summary>A container as the API and <c>huatuo containers</c> tell of it.</summary>
public static class ContainerDocument
{
    /// <summary>JSON Schema of it.</summary>
    internal const string Schema = """
        {"type":"object","required":["id","cgroup_path"],"properties":{
          "id":{"type":"string"},"name":{"type":"string"},"hostname":{"type":"string"},"type":{"type":"string"},"qos":{"type":"string"},
          "image":{"type":"string"},"pod_name":{"type":"string"},"pod_namespace":{"type":"string"},"pod_uid":{"type":"string"},
          "pod_labels":{"type":"object","additionalProperties":{"type":"string"}},
          "runtime":{"type":"string"},"cgroup_path":{"type":"string"},
          "cgroup_folders":{"type":"object","additionalProperties":{"type":"string"}},
          "init_pid":{"type":"integer"},"net_namespace_inum":{"type":"integer"},
          "started_at":{"type":"string","format":"date-time"},"ended_at":{"type":"string","format":"date-time"},
          "named_by":{"type":"array","items":{"type":"string"}}}}
        """;

    /// <summary>Writes it.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="container">The container.</param>
    /// <param name="registry">Who knows its folders.</param>
    /// <param name="namedBy">Who told its names.</param>
    public static void Write(Utf8JsonWriter json, Container container, ContainerRegistry registry, IEnumerable<string> namedBy)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(container);
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(namedBy);
        ContainerNames names = container.Names;
        json.WriteStartObject();
        json.WriteString("id", container.Id);
        json.WriteString("name", names.Name);
        json.WriteString("hostname", names.Hostname);
        json.WriteString("type", names.Type);
        json.WriteString("qos", names.Qos);
        json.WriteString("image", names.Image);
        json.WriteString("pod_name", names.PodName);
        json.WriteString("pod_namespace", names.PodNamespace);
        json.WriteString("pod_uid", names.PodUid);
        json.WriteStartObject("pod_labels");
        foreach ((string name, string value) in names.PodLabels)
            json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteString("runtime", container.Runtime);
        json.WriteString("cgroup_path", container.CgroupPath);
        json.WriteStartObject("cgroup_folders");
        foreach (string hierarchy in registry.Hierarchies)
            if (registry.Folder(container, hierarchy) is { } folder && Directory.Exists(folder))
                json.WriteString(hierarchy, folder);
        json.WriteEndObject();
        if (container.Init is { } init)
        {
            json.WriteNumber("init_pid", init.Pid);
            json.WriteNumber("net_namespace_inum", init.NetnsInode);
        }
        if (container.StartedAt is { } started)
            json.WriteString("started_at", started);
        if (container.EndedAt is { } ended)
            json.WriteString("ended_at", ended);
        json.WriteStartArray("named_by");
        foreach (string source in namedBy)
            json.WriteStringValue(source);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
