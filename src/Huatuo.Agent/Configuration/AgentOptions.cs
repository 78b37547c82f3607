using System.Net;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Options;
using Huatuo.Http.Api;
using Huatuo.Http.Tls;
using Huatuo.Profiling.Continuous;
using Huatuo.Runtimes;
using Huatuo.Runtimes.Kubelet;

namespace Huatuo.Agent.Configuration;

/// <summary>The root of the configuration, without the tracers and the rules.</summary>
internal sealed class AgentOptions
{
    public const string TracersKey = "tracers";
    public const string RulesKey = "rules";
    public const string LocalTracersKey = "store.local." + LocalTracerOptions.Section;

    public static OptionSchema<AgentOptions> Schema { get; } = new OptionSchema<AgentOptions>("")
        .Add("listen", OptionTypes.Endpoint, o => o.Listen, (o, v) => o.Listen = v,
            "Where metrics, health and the API are served; the API over TLS or on loopback addresses alone.")
        .Add("data_dir", OptionTypes.Path, o => o.DataDir, (o, v) => o.DataDir = v,
            "The folder that everything is stored under.")
        .Add("region", OptionTypes.Text, o => o.Region, (o, v) => o.Region = v,
            "A name that every document carries, to tell places apart.")
        .Add("reload_interval", OptionTypes.DurationBetween(TimeSpan.Zero, TimeSpan.FromHours(24)), o => o.ReloadInterval, (o, v) => o.ReloadInterval = v,
            "How often the configuration file is looked at; when it has changed it is read again, as at SIGHUP; 0s = at SIGHUP alone.")
        .AddSection(ContainerOptions.Schema, o => o.Containers)
        .AddSection(RuntimeOptions.Schema, o => o.Runtimes)
        .AddSection(KubeletOptions.Schema, o => o.Kubelet)
        .AddSection(ReverseDnsOptions.Schema, o => o.ReverseDns)
        .AddSection(StoreOptions.Schema, o => o.Store)
        .AddSection(MetricsOptions.Schema, o => o.Metrics)
        .AddSection(ApiOptions.Schema, o => o.Api)
        .AddSection(TlsOptions.Schema, o => o.Tls)
        .AddSection(ContinuousOptions.Schema, o => o.Profiling)
        .Reserve(TracersKey)
        .Reserve(RulesKey)
        .Reserve(AutoTracingSection.Key);

    public IPEndPoint Listen { get; set; } = new(IPAddress.Loopback, 19704);

    public string DataDir { get; set; } = "/var/lib/huatuo";

    public string Region { get; set; } = "";

    public TimeSpan ReloadInterval { get; set; } = TimeSpan.FromSeconds(5);

    public ContainerOptions Containers { get; } = new();

    public RuntimeOptions Runtimes { get; } = new();

    public KubeletOptions Kubelet { get; } = new();

    public ReverseDnsOptions ReverseDns { get; } = new();

    public StoreOptions Store { get; } = new();

    public MetricsOptions Metrics { get; } = new();

    public ApiOptions Api { get; } = new();

    public TlsOptions Tls { get; } = new();

    public ContinuousOptions Profiling { get; } = new();
}
