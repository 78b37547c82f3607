using System.Text.Json;
using Huatuo.Flow.Containers;

namespace Huatuo.Runtimes.Kubelet;

/// <summary>Reads the kubelet's <c>/pods</c>, a Kubernetes PodList.</summary>
internal static class PodList
{
    private const int MaxHostname = 63;

    /// <summary>The containers of all pods by id; those without one yet are left out.</summary>
    /// <exception cref="RuntimeException">It is no list of pods.</exception>
    internal static Dictionary<string, ContainerNames> Read(JsonElement list, LabelChoice labels)
    {
        if (list.Get("items").ValueKind is not (JsonValueKind.Array or JsonValueKind.Null))
            throw new RuntimeException("/pods: the answer is not a list of pods");
        var names = new Dictionary<string, ContainerNames>();
        foreach (JsonElement pod in list.Get("items").Items())
            Read(pod, labels, names);
        return names;
    }

    private static void Read(JsonElement pod, LabelChoice labels, Dictionary<string, ContainerNames> names)
    {
        JsonElement metadata = pod.Get("metadata"), spec = pod.Get("spec"), status = pod.Get("status");
        ContainerNames shared = new()
        {
            PodName = metadata.Text("name"),
            PodNamespace = metadata.Text("namespace"),
            PodUid = metadata.Text("uid"),
            Hostname = Hostname(metadata.Text("name"), spec),
            Qos = status.Text("qosClass").ToLowerInvariant(),
            PodLabels = labels.Of(metadata.Get("labels").Texts(), metadata.Get("annotations").Texts()),
        };
        string? source = metadata.Get("annotations").Texts().FirstOrDefault(one => one.Key == ContainerTypes.ConfigSource).Value;
        string owner = metadata.Get("ownerReferences").Items().FirstOrDefault().Text("kind");
        Dictionary<string, string> images = [];
        foreach (string kind in (ReadOnlySpan<string>)["containers", "initContainers", "ephemeralContainers"])
            foreach (JsonElement container in spec.Get(kind).Items())
                images[container.Text("name")] = container.Text("image");
        foreach (string kind in (ReadOnlySpan<string>)["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"])
        {
            foreach (JsonElement container in status.Get(kind).Items())
            {
                // RUNTIME://ID, empty until it is created.
                string id = container.Text("containerID");
                int at = id.IndexOf("://", StringComparison.Ordinal);
                if (at < 0)
                    continue;
                string name = container.Text("name");
                names[id[(at + 3)..]] = shared with
                {
                    Name = name,
                    Type = ContainerTypes.Of(name, source, owner),
                    Image = images.GetValueOrDefault(name) is { Length: > 0 } asked ? asked : container.Text("image"),
                };
            }
        }
    }

    private static string Hostname(string pod, JsonElement spec)
    {
        if (spec.IsTrue("hostNetwork"))
            return "";
        string name = spec.Text("hostname") is { Length: > 0 } own ? own : pod;
        return name.Length > MaxHostname ? name[..MaxHostname].TrimEnd('-', '.') : name;
    }
}
