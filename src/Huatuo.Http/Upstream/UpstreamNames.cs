using System.Collections.Frozen;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Metrics;
using Huatuo.Http.Exposition;

namespace Huatuo.Http.Upstream;

/// <summary>
/// Adds to a page what it tells under upstream's names, with upstream's labels: <c>host, region</c> on each series, and on
/// those of containers what they are called.
/// </summary>
/// <param name="host">The label <c>host</c>.</param>
/// <param name="region">The label <c>region</c>.</param>
/// <param name="containers">What containers are called.</param>
/// <param name="time">Measures the time between scrapes.</param>
/// <param name="sysRoot">Where sys is mounted.</param>
public sealed class UpstreamNames(string host, string region, IContainers containers, TimeProvider time, string sysRoot = "/sys")
{
    /// <summary>What every name begins with.</summary>
    public const string Prefix = "huatuo_bamai_";

    private const string ContainerLabel = "container_id";
    private static readonly FrozenDictionary<string, UpstreamRule[]> s_rules =
        UpstreamRules.All.GroupBy(rule => rule.From).ToFrozenDictionary(group => group.Key, group => group.ToArray());

    private readonly UpstreamSeries _series = new();
    private readonly UpstreamCpu _cpu = new(time);
    private readonly DiskNumbers _disks = new(sysRoot);
    private readonly RdmaDevices _rdma = new(sysRoot);

    /// <summary>The rules of a family; empty for most.</summary>
    internal static ReadOnlySpan<UpstreamRule> RulesOf(string family) => s_rules.TryGetValue(family, out UpstreamRule[]? rules) ? rules : [];

    /// <summary>What a source wrote counts.</summary>
    internal void Keep() => _series.Keep();

    /// <summary>What a source wrote does not count.</summary>
    internal void Discard() => _series.Discard();

    /// <summary>A sample of the page.</summary>
    internal void See(string family, ReadOnlySpan<UpstreamRule> rules, double value, ReadOnlySpan<Label> labels)
    {
        foreach (UpstreamRule rule in rules)
            Apply(rule, value, labels);
        _cpu.See(family, value, labels);
    }

    /// <summary>Writes everything seen in this scrape behind the page.</summary>
    internal void Write(MetricPage page)
    {
        foreach ((string name, double value, string? container) in _cpu.Take())
            if (Labels(container, []) is { } labels)
                _series.Add(Prefix + name, MetricKind.Gauge, value, labels);
        _series.Take((name, kind, samples) =>
        {
            page.ForeignFamily(name, kind, "The same under the name that HUATUO's own agent gives it.");
            foreach ((Label[] labels, double value) in samples)
                page.Sample(value, labels);
        });
    }

    private void Apply(UpstreamRule rule, double value, ReadOnlySpan<Label> labels)
    {
        if (rule.Only is { } only && !only.Values.Contains(Value(labels, only.Label)))
            return;
        List<Label> kept = [];
        foreach ((string from, string to) in rule.Labels)
        {
            string text = Value(labels, from) ?? "";
            if (from == "zone" && rule.Zones.Count > 0)
            {
                int zone = Index(rule.Zones, text);
                if (zone < 0)
                    return;
                text = zone.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }
            else if (from == "disk")
            {
                text = _disks.Of(text);
            }
            else if (to == "nodeguid")
            {
                text = _rdma.NodeGuid(text);
            }
            else if (to == "num_ports")
            {
                text = _rdma.Ports(text);
            }
            kept.Add(new Label(to, text));
        }
        if (Labels(Value(labels, ContainerLabel), kept) is not { } all)
            return;
        string name = rule.To;
        foreach (Label label in labels)
            name = name.Replace($"{{{label.Name}}}", FamilyName.Fit(label.Value), StringComparison.Ordinal);
        _series.Add(Prefix + name, rule.Kind, value * rule.Scale, all);
    }

    /// <summary>Null for what is not one container's: the rest beyond a bound.</summary>
    private Label[]? Labels(string? containerId, List<Label> own)
    {
        if (containerId is null)
            return [.. own, new Label("host", host), new Label("region", region)];
        if (containers.Find(containerId) is not { } container)
            return null;
        ContainerNames names = container.Names;
        return
        [
            .. own,
            new Label("container_host", names.Hostname),
            new Label("container_name", names.Name),
            new Label("container_type", names.Type),
            new Label("container_level", names.Qos),
            new Label("container_hostnamespace", names.PodNamespace),
            new Label("host", host),
            new Label("region", region),
        ];
    }

    private static string? Value(ReadOnlySpan<Label> labels, string name)
    {
        foreach (Label label in labels)
            if (label.Name == name)
                return label.Value;
        return null;
    }

    private static int Index(IReadOnlyList<string> zones, string zone)
    {
        for (int i = 0; i < zones.Count; i++)
            if (zones[i] == zone)
                return i;
        return -1;
    }
}
