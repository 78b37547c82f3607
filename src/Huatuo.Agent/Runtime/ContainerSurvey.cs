using System.Globalization;
using System.Text.Json;
using Huatuo.Agent.Configuration;
using Huatuo.Flow.Containers;
using Huatuo.Http.Api;
using Huatuo.Linux.Cgroups;
using Huatuo.Runtimes;

namespace Huatuo.Agent.Runtime;

/// <summary>One look at this host's containers, without an agent: the answer of <c>huatuo containers</c>.</summary>
internal sealed class ContainerSurvey : IAsyncDisposable
{
    private readonly CgroupResolver _resolver;
    private readonly ContainerTracking _tracking;
    private IReadOnlyList<RuntimeAnswer> _answers = [];

    private ContainerSurvey(AgentConfig config)
    {
        CgroupMounts mounts = CgroupMounts.Load();
        _resolver = new CgroupResolver(mounts);
        var registry = new ContainerRegistry(_resolver, mounts, config.Options.Containers, TimeProvider.System, _ => { });
        _tracking = new ContainerTracking(registry, mounts, TimeProvider.System, watches: false);
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

    /// <summary>Them, the oldest first.</summary>
    internal IEnumerable<Container> Containers => _tracking.Registry.Live.OrderBy(container => container.StartedAt).ThenBy(container => container.Id, StringComparer.Ordinal);

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
                ContainerDocument.Write(json, container, _tracking.Registry, Sources(container));
            json.WriteEndArray();
        }
        output.WriteByte((byte)'\n');
    }

    public async ValueTask DisposeAsync()
    {
        await _tracking.DisposeAsync().ConfigureAwait(false);
        _resolver.Dispose();
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
