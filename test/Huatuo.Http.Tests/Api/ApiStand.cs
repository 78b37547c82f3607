using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Huatuo.Bpf.Features;
using Huatuo.Flow;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Filter;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Options;
using Huatuo.Flow.Sinks;
using Huatuo.Flow.Tracing;
using Huatuo.Http.Api;
using Huatuo.Http.Security;
using Huatuo.Http.Tls;
using Huatuo.Linux.Clock;
using Huatuo.Profiling;
using Huatuo.Profiling.Continuous;
using Huatuo.Store.Sqlite;

namespace Huatuo.Http.Tests.Api;

/// <summary>A server with the API over a folder, an event store and tracers of its own, on loopback and on a Unix socket.</summary>
internal sealed class ApiStand : IAsyncDisposable, IReadiness
{
    private static readonly KernelFeatures Kernel = new(default, false, false, false, false, false, null, default);

    private readonly string _folder = Directory.CreateTempSubdirectory("huatuo-api-").FullName;
    private readonly SqliteSink? _store, _profiles;
    private readonly Dictionary<string, (IEventChannel Channel, SinkLedger Ledger)> _channels = [];
    private readonly TracerRunner[] _runners;
    private readonly Dictionary<Scope, string> _tokens = [];
    private DocumentOutput? _profileOutput;

    private ApiStand(ApiOptions? options, TimeProvider time, bool stores, HttpOptions http, IReadOnlyList<IMetricSource> sources)
    {
        Tokens = new TokenFile(_folder);
        if (stores)
            _store = new SqliteSink(new SqliteSinkOptions { Path = Path.Combine(_folder, "events.db"), DrainTime = TestServer.Guard }, TimeProvider.System, Warnings.Enqueue);
        if (stores)
            _profiles = new SqliteSink(new SqliteSinkOptions { Path = Path.Combine(_folder, "profiles.db"), DrainTime = TestServer.Guard }, TimeProvider.System, Warnings.Enqueue);
        var environment = new TracerEnvironment(
            null!, new TracerServices(null!, null!, null!, null!, "events"), _store is null ? [] : [_store], new Origin("vm", ""),
            new KernelClock(), null!, TimeProvider.System, new AgentLog(TextWriter.Null, false))
        {
            Slow = null!,
        };
        _runners =
        [
            .. new[] { Runs, Off, Lacks, Fails }.Select(tracer => new TracerRunner(
                tracer, new EventTracerOptions { Enabled = tracer != Off }, new RuleSet(tracer.Name, [new Rule("quiet", tracer.Name, true, [], [])]), environment)),
        ];
        Options = options ?? new ApiOptions { RequestsPerSecond = 10_000 };
        Options.Socket = Path.Combine(_folder, "run", "huatuo.sock");
        Server = new HttpServer(
            http,
            sources,
            this,
            TestServer.Version,
            time,
            (name, error) => Failures.Enqueue($"{name}: {error}"),
            new ApiSources
            {
                Options = () => Options,
                DataDir = _folder,
                EventStore = stores ? Path.Combine(_folder, "events.db") : null,
                ProfileStore = stores ? Path.Combine(_folder, "profiles.db") : null,
                Runners = _runners,
                StartAgain = runner => runner.StartAgainAsync(Kernel, null),
                StartTask = (definition, options, sink) =>
                {
                    var runner = new TracerRunner(definition, options, new RuleSet(definition.Name, []), environment with { Sinks = [sink] });
                    runner.Start(Kernel, null);
                    return Task.FromResult(runner);
                },
                Profiles = Profilers,
                Containers = Containers,
                Configuration = () =>
                [
                    new EffectiveOption("listen", "127.0.0.1:19704", null),
                    new EffectiveOption("metrics.otlp.authorization", "Bearer abc", new Position("/etc/huatuo/huatuo.yaml", 3, 5)),
                    new EffectiveOption("store.elasticsearch.password", "\"\"", null),
                    new EffectiveOption("store.elasticsearch.addresses", "[https://me:secret@127.0.0.1:9200]", null),
                    new EffectiveOption("kubelet.token_file", "/run/token", new Position("--set", 0, 0)),
                ],
                ChangeOptions = (_, changes) =>
                {
                    Changes.Enqueue(string.Join(' ', changes.Select(change => $"{change.Path}={change.Text ?? "null"}{(change.IsJson ? " as JSON" : "")}")));
                    return Task.FromResult(changes[0].Path switch
                    {
                        "tracers.runs.port" => new OptionRefusal("tracers.runs.port: unknown key; did you mean 'ports'?"),
                        "tracers.runs.held" => new OptionRefusal("tracers.runs.held is set by --set on the command line; nothing has changed", "start the agent without it", OptionRefusalKind.Conflict),
                        "tracers.runs.full" => new OptionRefusal("no space left; nothing has changed", "make room", OptionRefusalKind.NotKept),
                        _ => changes.FirstOrDefault(change => !IsKnown(change)) is { } unknown ? new OptionRefusal($"{unknown.Path}: unknown key, or a value that cannot be") : null,
                    });
                },
                ConfigurationTree = () => new ConfigMapping(default, [
                    new ConfigEntry("listen", default, new ConfigScalar(default, "127.0.0.1:19704")),
                    new ConfigEntry("api", default, new ConfigMapping(default, [new ConfigEntry("max_streams", default, new ConfigScalar(default, "16"))])),
                ]),
                ChangeOf = key => key switch
                {
                    "listen" => KeyChange.Restart,
                    "kubelet.token_file" => KeyChange.File,
                    _ => KeyChange.Request,
                },
                AwaitsRestart = () => ["listen"],
                Reload = by =>
                {
                    Reloaders.Enqueue(by);
                    return Task.FromResult(Reloaded);
                },
                Rules = () => [new ConfiguredRule(new Rule("quiet", "runs", true, [], []), null)],
                Audit = what => (what.StartsWith("the token ", StringComparison.Ordinal) ? TokenAudit : Audit).Enqueue(what),
                Warn = Warnings.Enqueue,
            });
    }

    public TestTracer Runs { get; } = new("runs");

    public TestTracer Off { get; } = new("off");

    public TestTracer Lacks { get; } = new("lacks") { Missing = new Unsupported("a thing", "9.9", "get a newer kernel") };

    public TestTracer Fails { get; } = new("fails") { Fault = "it broke" };

    public ReloadOutcome Reloaded { get; set; } = new(["rules"], ["listen"], []);

    public TestProfilers Profilers { get; } = new();

    public ApiOptions Options { get; }

    public TokenFile Tokens { get; }

    public HttpServer Server { get; }

    public ContainerRegistry Containers { get; } = new(NoPath);

    public HttpClient Client { get; private set; } = null!;

    public string Folder => _folder;

    public ConcurrentQueue<string> Failures { get; } = [];

    public ConcurrentQueue<string> Warnings { get; } = [];

    public ConcurrentQueue<string> Audit { get; } = [];

    /// <summary>What of the audit is about tokens, which the stand makes itself.</summary>
    public ConcurrentQueue<string> TokenAudit { get; } = [];

    public ConcurrentQueue<string> Changes { get; } = [];

    public ConcurrentQueue<string> Reloaders { get; } = [];

    public static async Task<ApiStand> StartAsync(ApiOptions? options = null, TimeProvider? time = null, bool stores = true, IPAddress? address = null, TlsOptions? tls = null, HttpOptions? http = null, IReadOnlyList<IMetricSource>? sources = null)
    {
        var stand = new ApiStand(options, time ?? TimeProvider.System, stores, (http ?? new HttpOptions()) with { Listen = new IPEndPoint(address ?? IPAddress.Loopback, 0), Tls = tls }, sources ?? []);
        foreach (TracerRunner runner in stand._runners)
            runner.Start(Kernel, null);
        await Task.WhenAll(stand._runners.Select(runner => runner.Settled)).WaitAsync(TestServer.Guard);
        await stand.Server.StartAsync(TestContext.Current.CancellationToken);
        stand.Client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://{stand.Server.Endpoint}"), Timeout = TestServer.Guard };
        return stand;
    }

    /// <summary>The secret of a token with these scopes.</summary>
    public string Token(Scope scopes)
    {
        if (_tokens.TryGetValue(scopes, out string? known))
            return known;
        Token token = Security.Token.Create($"for-{string.Join('-', scopes.Words())}", scopes, TimeProvider.System.GetUtcNow(), out string secret);
        Tokens.Change(tokens => [.. tokens, token]);
        return _tokens[scopes] = secret;
    }

    /// <summary>Sends a request with a token; null for none.</summary>
    public async Task<HttpResponseMessage> SendAsync(string method, string path, string? token, HttpContent? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Asks with a token that may read.</summary>
    /// <returns>The answer's body, which must have the status.</returns>
    public async Task<JsonElement> GetAsync(string path, int status = 200) => await AskAsync("GET", path, Scope.Read, status);

    /// <inheritdoc cref="GetAsync"/>
    public async Task<JsonElement> AskAsync(string method, string path, Scope scope, int status = 200)
    {
        using HttpResponseMessage answer = await SendAsync(method, path, Token(scope));
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((int)answer.StatusCode == status, $"{method} {path}: {(int)answer.StatusCode} {text}");
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.ToString());
        return JsonElement.Parse(text);
    }

    /// <summary>Stores documents, each with an id of its own, one after the other.</summary>
    public async Task<string[]> StoreAsync(int count, string tracer = "runs", string fields = "\"pid\":7")
    {
        if (!_channels.TryGetValue(tracer, out var open))
        {
            var ledger = new SinkLedger(_store!.Name);
            _channels[tracer] = open = (_store.Open(tracer, ledger), ledger);
        }
        List<string> stored = [];
        using var guard = new CancellationTokenSource(TestServer.Guard);
        for (int i = 0; i < count; i++)
        {
            string id = Guid.CreateVersion7().ToString("D");
            string time = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffffff00Z");
            string document = $$$"""{"id":"{{{id}}}","hostname":"vm","region":"","observed_timestamp":"{{{time}}}","tracer_name":"{{{tracer}}}","tracer_data":{"n":{{{i}}},{{{fields}}} }}""";
            stored.Add(document);
            open.Channel.Accept(Encoding.UTF8.GetBytes(document));
            while (open.Ledger.Pending > 20)
                await Task.Delay(1, guard.Token);
        }
        while (open.Ledger.Pending > 0)
            await Task.Delay(1, guard.Token);
        return [.. stored];
    }

    /// <summary>From now on the event store holds only so many bytes.</summary>
    public void Bound(long maxBytes) => _store!.Change(new SqliteSinkOptions { Path = Path.Combine(_folder, "events.db"), MaxBytes = maxBytes, DrainTime = TestServer.Guard });

    /// <summary>Stores a profile of a host or a container.</summary>
    public async Task StoreAsync(Profile profile, DateTimeOffset began, Container? container = null)
    {
        _profileOutput ??= new DocumentOutput("profiler", "task", new Origin("vm", ""), new KernelClock(), [_profiles!]);
        var clock = new KernelClock();
        ulong monotonic = (ulong)(clock.MonotonicNow() - (TimeProvider.System.GetUtcNow() - began).Ticks * 100);
        foreach (ProfilePart part in ProfileParts.Of(Profiler(profile.Kind), profile))
            _profileOutput.Emit(monotonic, container, new ProfileEvent(part));
        using var guard = new CancellationTokenSource(TestServer.Guard);
        while (_profileOutput.Ledger.Sinks[0].Pending > 0)
            await Task.Delay(1, guard.Token);
    }

    private static string Profiler(ProfileKind kind) => kind.Name switch
    {
        "cpu" => "oncpu",
        "inuse_space" or "alloc_space" => "memory",
        _ => kind.Name,
    };

    public static string Id(string document) => JsonElement.Parse(document).GetProperty("id").GetString()!;

    /// <summary>A client on the Unix socket.</summary>
    public HttpClient Root() => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (_, cancel) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Options.Socket), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = new Uri("http://huatuo"),
        Timeout = TestServer.Guard,
    };

    public bool IsReady([NotNullWhen(false)] out string? reason) => (reason = null) is null;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        foreach (TracerRunner runner in _runners)
            await runner.DisposeAsync();
        if (_store is not null)
            await _store.DisposeAsync();
        if (_profiles is not null)
            await _profiles.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    // As the agent, which takes no text where it does not belong.
    private static bool IsKnown(OptionChange change) => change switch
    {
        { Text: null } => true,
        { Path: "rules" } => change.IsJson,
        { Path: "store.local.max_size" or "api.max_streams" } => char.IsAsciiDigit(change.Text[0]),
        _ => change.Path.StartsWith("tracers.", StringComparison.Ordinal),
    };

    private static bool NoPath(ulong id, [NotNullWhen(true)] out string? path) => (path = null) is not null;
}
