using System.Text.Json;
using Huatuo.Docs.Tests.Fields;
using Huatuo.Docs.Tests.Pages;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Enrich;
using Huatuo.Linux.Clock;

namespace Huatuo.Docs.Tests.Sections;

/// <summary>The fields that every document has.</summary>
internal static class DocumentTables
{
    private static readonly Dictionary<string, string> Envelope = new()
    {
        ["id"] = "UUID of version 7, unique; sorts by time",
        ["hostname"] = "the machine",
        ["region"] = "`region` of the configuration; may be empty",
        ["time"] = "when the agent made the document",
        ["uploaded_time"] = "the same",
        ["tracer_time"] = "the same",
        ["observed_timestamp"] = "when it happened, by the kernel's clock",
        ["container_id"] = "whose it is, when known; 64 hexadecimal digits",
        ["container_name"] = "its name, from the runtime or the kubelet",
        ["container_hostname"] = "the host name within it",
        ["container_host_namespace"] = "the same as `pod_namespace`",
        ["container_type"] = "`normal`, `sidecar`, `daemonSet`, `node`, `static`, or `sandbox` for the one that holds a pod's namespaces",
        ["container_qos"] = "Kubernetes' class: `guaranteed`, `burstable`, `besteffort`",
        ["pod_name"] = "its pod",
        ["pod_namespace"] = "the pod's namespace in Kubernetes",
        ["pod_uid"] = "the pod's uid",
        ["container_image"] = "its image, as it was asked for",
        ["pod_labels"] = "the labels and annotations of the pod that `runtimes.labels` chooses, by name",
        ["tracer_name"] = "the tracer",
        ["tracer_id"] = "the same as `id`",
        ["tracer_type"] = "`event`, or `autotracing` where a condition on the machine made it",
        ["tracer_data"] = "the tracer's own fields",
    };

    private static readonly Dictionary<string, string> Who = new()
    {
        ["context"] = "what the CPU was doing: `task`, `softirq`, `hardirq`, or `unknown` where the kernel's types do not tell",
        ["cpu"] = "number of the CPU",
        ["comm"] = "name of the task that caused it; only in context `task`",
        ["pid"] = "its process (the kernel's tgid)",
        ["tid"] = "its thread (the kernel's pid)",
        ["memory_cgroup_css_addr"] = "kernel address of its memory cgroup's state; only in context `task`",
        ["interrupted.comm"] = "name of the task that happened to run on that CPU, **not** the cause; in every other context",
        ["interrupted.pid"] = "its process",
        ["interrupted.tid"] = "its thread",
        ["cgroup_path"] = "cgroup of the task; in other contexts of the socket or of the network namespace's first process, when known",
        ["container_id"] = "the container, when that cgroup is one's",
        ["net_namespace_cookie"] = "cookie of the network namespace; never reused; 0 before 5.12 as a rule",
        ["net_namespace_inum"] = "inode number of the network namespace, as `/proc/PID/ns/net` shows it",
    };

    /// <summary><c>envelope</c>, or <c>who</c> for the fields in <c>tracer_data</c> that tell whose an event is.</summary>
    public static string Of(string part) => part switch
    {
        "envelope" => Render(EnvelopeFields(), Envelope),
        "who" => Render(WhoFields(), Who),
        _ => throw new ArgumentException($"documents have no part '{part}'", nameof(part)),
    };

    private static string Render(IReadOnlyList<(string Name, string Type)> fields, Dictionary<string, string> meanings)
    {
        Assert.Equal(meanings.Keys.Order(StringComparer.Ordinal), fields.Select(field => field.Name).Order(StringComparer.Ordinal));
        var table = new Table("field", "type", "meaning");
        foreach ((string name, string type) in fields.OrderBy(field => meanings.Keys.ToList().IndexOf(field.Name)))
            table.Row(Table.Code(name), type, meanings[name]);
        return table.ToString();
    }

    private static List<(string Name, string Type)> EnvelopeFields()
    {
        EventWho who = Fields.Who.Task;
        var encoder = new DocumentEncoder(new Origin("host", ""), "dropwatch", "event", new KernelClock(), new EventId());
        using JsonDocument document = JsonDocument.Parse(encoder.Encode(1, who.Container, new Nothing()).ToArray());
        return [.. document.RootElement.EnumerateObject().Select(field => (field.Name, Type(field)))];
    }

    private static string Type(JsonProperty field) => field.Value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.String when field.Name.EndsWith("time", StringComparison.Ordinal) || field.Name.EndsWith("timestamp", StringComparison.Ordinal) => "time",
        _ => "text",
    };

    private static List<(string Name, string Type)> WhoFields()
    {
        var fields = new SortedDictionary<string, string>();
        var writer = new FieldRecorder(fields);
        Fields.Who.Task.Write(ref writer);
        Fields.Who.Softirq.Write(ref writer);
        return [.. fields.Select(field => (field.Key, field.Value))];
    }

    private readonly struct Nothing : IEventFields
    {
        public void Write<TWriter>(ref TWriter writer)
            where TWriter : IFieldWriter, allows ref struct
        {
        }
    }
}
