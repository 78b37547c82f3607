using System.Globalization;
using System.Text.Json;
using Huatuo.Agent.Configuration;
using Huatuo.Flow.Containers;
using Huatuo.Linux.Cgroups;
using Huatuo.Runtimes;

namespace Huatuo.Agent.Runtime;

/// <summary>One look at this host's containers, without an agent: the answer of <c>huatuo containers</c>.</summary>
internal sealed class ContainerSurvey : IAsyncDisposable
{
    private const string Unified = "unified";
    private readonly CgroupResolver _resolver;
    private readonly CgroupMounts _mounts;
    private readonly ContainerTracking _tracking;
    private IReadOnlyList<RuntimeAnswer> _answers = [];

    private ContainerSurvey(AgentConfig config)
    {
        _mounts = CgroupMounts.Load();
        _resolver = new CgroupResolver(_mounts);
        var registry = new ContainerRegistry(_resolver, _mounts, config.Options.Containers, TimeProvider.System, _ => { });
        _tracking = new ContainerTracking(registry, _mounts, TimeProvider.System, watches: false);
    }

    /// <summary>Reads the cgroups, looks for first processes and asks everybody for names.</summary>
    internal static async Task<ContainerSurvey> MakeAsync(AgentConfig config, CancellationToken stop)
    {
        var survey = new ContainerSurvey(config);
        survey._answers = await RuntimeAnswer.AskAsync(config.Options.Runtimes, config.Options.Kubelet, stop).ConfigureAwait(false);
        await survey._tracking.Ready.ConfigureAwait(false);
        foreach (RuntimeAnswer answer in survey._answers)
            foreach (Container container in survey.Containers)
                if (answer.Names.TryGetValue(container.Id, out ContainerNames? names))
                    container.Tell(answer.Source, names);
        return survey;
    }

    private IEnumerable<Container> Containers => _tracking.Registry.Live.OrderBy(container => container.StartedAt).ThenBy(container => container.Id, StringComparer.Ordinal);

    /// <summary>Those whose id begins with a text, or whose name it is.</summary>
    internal IReadOnlyList<Container> Find(string text) =>
        [.. Containers.Where(container => container.Id.StartsWith(text, StringComparison.OrdinalIgnoreCase) || container.Names.Name == text)];

    internal void WriteTable(TextWriter output)
    {
        List<string[]> rows = [["ID", "NAME", "POD", "TYPE", "QOS", "PID", "NETNS", "STARTED", "NAMED BY", "CGROUP"]];
        foreach (Container container in Containers)
        {
            ContainerNames names = container.Names;
            string pod = names.PodName.Length > 0 ? $"{names.PodNamespace}/{names.PodName}" : names.PodUid;
            rows.Add([container.Id[..12], names.Name, pod, names.Type, names.Qos, Number(container.Init?.Pid), Number(container.Init?.NetnsInode), Time(container), string.Join(',', Sources(container)), container.CgroupPath]);
        }
        int[] widths = [.. rows[0].Select((_, column) => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
            output.WriteLine(string.Join("  ", row.Select((cell, column) => (cell.Length > 0 ? cell : "-").PadRight(widths[column]))).TrimEnd());
    }

    internal void WriteJson(Stream output)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartArray();
            foreach (Container container in Containers)
                Write(json, container);
            json.WriteEndArray();
        }
        output.WriteByte((byte)'\n');
    }

    public async ValueTask DisposeAsync()
    {
        await _tracking.DisposeAsync().ConfigureAwait(false);
        _resolver.Dispose();
    }

    private void Write(Utf8JsonWriter json, Container container)
    {
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
        foreach (string controller in _mounts.V1Paths.Keys.Order(StringComparer.Ordinal).Append(Unified))
            if (_tracking.Registry.Folder(container, controller) is { } folder && Directory.Exists(folder))
                json.WriteString(controller, folder);
        json.WriteEndObject();
        if (container.Init is { } init)
        {
            json.WriteNumber("init_pid", init.Pid);
            json.WriteNumber("net_namespace_inum", init.NetnsInode);
        }
        if (container.StartedAt is { } started)
            json.WriteString("started_at", started);
        json.WriteStartArray("named_by");
        foreach (string source in Sources(container))
            json.WriteStringValue(source);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Those that named it; the path of its cgroup when nobody did.</summary>
    private List<string> Sources(Container container)
    {
        List<string> named = [.. _answers.Where(answer => answer.Names.ContainsKey(container.Id)).Select(answer => answer.Name)];
        return named.Count > 0 ? named : ["cgroup"];
    }

    private static string Number(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";

    private static string Time(Container container) => container.StartedAt?.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) ?? "";
}
