using Huatuo.Agent.Runtime;
using Huatuo.AutoTracing;
using Huatuo.Docs.Tests.Pages;
using Huatuo.Flow;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Filter;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Sinks;
using Huatuo.Flow.Tracing;
using Huatuo.Http;
using Huatuo.Http.Api.Streams;
using Huatuo.Http.Exposition;
using Huatuo.Http.Push;
using Huatuo.Http.Sources;
using Huatuo.Http.Tls;
using Huatuo.Linux.Cgroups;
using Huatuo.Linux.Clock;
using Huatuo.Linux.Proc;
using Huatuo.Profiling.Continuous;
using Huatuo.Store.Remote;

namespace Huatuo.Docs.Tests.Sections;

/// <summary>The families of <c>/metrics</c>: those of the agent's own sources as they write them, those of metric tracers as
/// they are declared.</summary>
internal static class MetricTables
{
    // Without a loaded program these families have no samples to read the labels from.
    private static readonly Dictionary<string, string[]> LabelsOfLoaded = new()
    {
        ["huatuo_tracer_hook_info"] = ["tracer", "hook"],
        ["huatuo_bpf_sampled_run_seconds_total"] = ["tracer", "program"],
        ["huatuo_bpf_sampled_runs_total"] = ["tracer", "program"],
        ["huatuo_bpf_recursion_misses_total"] = ["tracer", "program"],
        ["huatuo_bpf_map_bytes"] = ["tracer", "map"],
        ["huatuo_scrape_skipped_lines_total"] = ["source"],
        ["huatuo_container_info"] = ["container_id", "container_name", "container_type", "container_qos", "container_image", "pod_name", "pod_namespace"],
    };

    private static readonly Lazy<IReadOnlyDictionary<string, IReadOnlyList<RecordedFamily>>> Recorded =
        new(() => RecordAsync().GetAwaiter().GetResult());

    /// <summary>The families of each source by the source's name.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<RecordedFamily>> All => Recorded.Value;

    public static string Of(string source)
    {
        var table = new Table("metric", "type", "labels", "meaning");
        foreach (RecordedFamily family in All[source])
            table.Row(Table.Code(family.Name), family.Kind.ToString().ToLowerInvariant(), string.Join(", ", family.Labels.Select(Table.Code)), family.Help);
        return table.ToString();
    }

    /// <summary>What the values of labels mean.</summary>
    public static string Values()
    {
        var table = new Table("label", "of", "value", "meaning");
        Add<TracerState>(table, "state", "huatuo_tracer_state", state => state.Word());
        Add<SuppressReason>(table, "reason", "huatuo_events_suppressed_total", Lower);
        Add<DropStage>(table, "stage", "huatuo_events_dropped_total", Lower);
        Add<SinkStage>(table, "stage", "huatuo_events_sink_dropped_total", Lower);
        return table.ToString();
    }

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static void Add<T>(Table table, string label, string family, Func<T, string> word)
        where T : struct, Enum
    {
        foreach (T value in Enum.GetValues<T>())
            table.Row(Table.Code(label), Table.Code(family), Table.Code(word(value)), Summaries.Of(typeof(T), value.ToString()));
    }

    private static async Task<IReadOnlyDictionary<string, IReadOnlyList<RecordedFamily>>> RecordAsync()
    {
        // Runners that are never started use nothing but the sinks and what documents are made of.
        var environment = new TracerEnvironment(
            null!, null!, [new NoSink()], new Origin("", ""), new KernelClock(), null!, TimeProvider.System, new AgentLog(TextWriter.Null, false))
        {
            Slow = null!,
        };
        var rule = new Rule("rule", "", true, [], []);
        TracerRunner[] runners = [.. Catalog.All.Select(tracer => new TracerRunner(
            tracer, new EventTracerOptions(), new RuleSet(tracer.Name, [rule with { Tracer = tracer.Name }]), environment))];
        await using var bpf = new BpfSource(runners, TimeProvider.System);
        using var runtime = new RuntimeSource();
        using var resolver = new CgroupResolver(new CgroupMounts());
        await using var containers = new ContainerTracking(
            new ContainerRegistry(resolver, new CgroupMounts(), new ContainerOptions(), TimeProvider.System, _ => { }), new CgroupMounts(), TimeProvider.System, watches: false);
        IMetricSource[] sources =
        [
            new BuildInfoSource(new VersionInfo("", "", "", "", "")),
            new ProcessSource(Sample),
            runtime,
            new TracerSource(runners),
            new LedgerSource([.. runners.Where(runner => runner.Definition.Kind != TracerKind.Metric).Select(runner => runner.Ledger)]),
            new AutoTraceSource(runners),
            bpf,
            new ContainerSource(containers, [new NoNames()]),
            new PushCounts(),
            new TlsCounts(() => DateTime.UnixEpoch),
            new StreamCounts(),
            new RemoteSource([new NoServer()]),
            new ConfigSource(() => 0, () => 0, () => 0, () => false, () => 0),
            new ContinuousSource([new ContinuousCounts("oncpu")]),
        ];
        var requests = new RequestCounts();
        requests.Add("/metrics").Count("GET", 200);
        var families = new Dictionary<string, IReadOnlyList<RecordedFamily>>();
        foreach (IMetricSource source in sources.Append(new ScrapeSource([.. sources.Select(source => new SourceRun(source))], requests)))
            families.Add(source.Name, Record(source));
        foreach (MetricTracerDefinition tracer in Catalog.All.OfType<MetricTracerDefinition>())
            families.Add(tracer.Name, [.. tracer.Families.Select(family => new RecordedFamily(family.Name, family.Kind, family.Help, [.. family.Labels]))]);
        foreach (TracerRunner runner in runners)
            await runner.DisposeAsync();
        return families;
    }

    private static List<RecordedFamily> Record(IMetricSource source)
    {
        var recorder = new MetricRecorder();
        source.Write(recorder);
        foreach (RecordedFamily family in recorder.Families)
            if (family.Labels.Count == 0 && DeclaredLabels(family.Name) is { } labels)
                family.Labels.AddRange(labels);
        return [.. recorder.Families];
    }

    // What has counted nothing yet has no samples either.
    private static IEnumerable<string>? DeclaredLabels(string family) => LabelsOfLoaded.GetValueOrDefault(family)
        ?? Catalog.All.SelectMany(tracer => tracer.Counters).FirstOrDefault(counter => counter.Name == family)?.Labels;

    private static bool Sample(out SelfSample sample)
    {
        sample = new SelfSample(1, 1, 1, 1, 1, 1, 1);
        return true;
    }

    private sealed class NoNames : INameSourceState
    {
        public string Name => "docker";

        public bool IsUp => false;

        public long Answers => 0;

        public long Failures => 0;
    }

    private sealed class NoServer : IRemoteState
    {
        public string Name => "elasticsearch";

        public bool Failing => false;

        public long SpoolBytes => 0;

        public long DamagedBytes => 0;

        public long Requests(RequestResult result) => 0;
    }

    private sealed class NoSink : IEventSink
    {
        public string Name => "local";

        public IEventChannel Open(string tracer, SinkLedger ledger) => new Channel();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private sealed class Channel : IEventChannel
        {
            public void Accept(ReadOnlySpan<byte> document)
            {
            }
        }
    }
}
