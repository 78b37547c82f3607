using System.Text.Json;
using Huatuo.Flow.Containers;

namespace Huatuo.Runtimes.Docker;

/// <summary>Docker's Engine API on a Unix socket; Podman's service speaks it too.</summary>
/// <param name="name">What it is called.</param>
/// <param name="socket">The socket's path.</param>
/// <param name="labels">Which labels to keep.</param>
internal sealed class DockerRuntime(string name, string socket, LabelChoice labels) : IRuntime
{
    // One question for each container whose host name is not known yet, in one round.
    private const int MaxInspections = 100;

    // The engine does not answer for one whose lock it holds, such as one that cannot be stopped; the others are to be named all the same.
    private const int MaxSilent = 3;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);
    private readonly Lazy<HttpClient> _http = new(() => UnixHttp.Connect(socket));
    private readonly Dictionary<string, string> _hostnames = [];
    private readonly HashSet<string> _silent = [];

    public string Name => name;

    public NameSource Source => NameSource.Runtime;

    public string? Absent => File.Exists(socket) ? null : $"no socket {socket}";

    public async Task<IReadOnlyDictionary<string, ContainerNames>> ListAsync(CancellationToken stop)
    {
        using JsonDocument list = await GetAsync("/containers/json?all=true", stop).ConfigureAwait(false);
        if (list.RootElement.ValueKind != JsonValueKind.Array)
            throw new RuntimeException("/containers/json: the answer is not a list");
        var names = new Dictionary<string, ContainerNames>();
        int inspections = 0, silent = 0;
        foreach (JsonElement container in list.RootElement.Items().OrderBy(container => _silent.Contains(container.Text("Id"))))
        {
            string id = container.Text("Id");
            if (id.Length == 0)
                continue;
            if (!_hostnames.ContainsKey(id) && container.Text("State") == "running" && inspections++ < MaxInspections && silent < MaxSilent && !await InspectAsync(id, stop).ConfigureAwait(false))
                silent++;
            names[id] = Of(container, _hostnames.GetValueOrDefault(id, ""));
        }
        foreach (string gone in _hostnames.Keys.Where(id => !names.ContainsKey(id)))
            _hostnames.Remove(gone);
        _silent.RemoveWhere(id => !names.ContainsKey(id));
        return names;
    }

    public void Dispose()
    {
        if (_http.IsValueCreated)
            _http.Value.Dispose();
    }

    private ContainerNames Of(JsonElement container, string hostname)
    {
        Dictionary<string, string> all = new(container.Get("Labels").Texts().DistinctBy(label => label.Key));
        string pod = all.GetValueOrDefault("io.kubernetes.pod.name", "");
        string own = container.Get("Names").Items().FirstOrDefault() is { ValueKind: JsonValueKind.String } first ? first.GetString()!.TrimStart('/') : "";
        string called = all.GetValueOrDefault("io.kubernetes.container.name", own);
        return new ContainerNames
        {
            Name = called,
            Hostname = hostname,
            Type = all.GetValueOrDefault("io.kubernetes.docker.type") == "podsandbox" ? ContainerTypes.Sandbox : ContainerTypes.Of(called, null),
            PodName = pod,
            PodNamespace = all.GetValueOrDefault("io.kubernetes.pod.namespace", ""),
            PodUid = all.GetValueOrDefault("io.kubernetes.pod.uid", ""),
            Image = container.Text("Image"),
            PodLabels = labels.Of(all, []),
        };
    }

    // False when there was no answer in time.
    private async Task<bool> InspectAsync(string id, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(s_patience);
        try
        {
            using JsonDocument container = await GetAsync($"/containers/{Uri.EscapeDataString(id)}/json", patience.Token).ConfigureAwait(false);
            _hostnames[id] = container.RootElement.Get("Config").Text("Hostname");
            return true;
        }
        catch (RuntimeException)
        {
            // One that is gone meanwhile has none; that is no failure of the runtime.
            return true;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            _silent.Add(id);
            return false;
        }
    }

    private async Task<JsonDocument> GetAsync(string path, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        return await JsonGet.GetAsync(_http.Value, request, stop).ConfigureAwait(false);
    }
}
