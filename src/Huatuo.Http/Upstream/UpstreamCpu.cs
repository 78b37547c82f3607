using Huatuo.Flow.Metrics;

namespace Huatuo.Http.Upstream;

/// <summary>
/// Upstream's shares of CPU time, in percent since the scrape before: <c>usr</c> is user and nice, <c>sys</c> system, irq and
/// softirq, <c>total</c> what is neither idle nor waiting for disks; of a container, of the cores that it may use. Also the
/// share of TCP's memory and of time waiting for disks. The first scrape has none.
/// </summary>
/// <param name="time">Measures the time between scrapes.</param>
internal sealed class UpstreamCpu(TimeProvider time)
{
    private const double Percent = 100;
    private readonly Dictionary<string, double> _limits = [];
    private Dictionary<(string? Container, string Mode), double> _now = [], _before = [];
    private long _at;
    private double _cpus, _memory, _memoryLimit;

    internal void See(string family, double value, ReadOnlySpan<Label> labels)
    {
        switch (family)
        {
            case "huatuo_cpu_seconds_total":
                _now[(null, labels[0].Value)] = value;
                break;
            case "huatuo_cpu_container_seconds_total":
                _now[(labels[0].Value, labels[1].Value)] = value;
                break;
            case "huatuo_cpu_container_limit_cores":
                _limits[labels[0].Value] = value;
                break;
            case "huatuo_cpus_online":
                _cpus = value;
                break;
            case "huatuo_tcp_memory_usage_bytes":
                _memory = value;
                break;
            case "huatuo_tcp_memory_limit_bytes" when labels[0].Value == "high":
                _memoryLimit = value;
                break;
        }
    }

    internal List<(string Name, double Value, string? Container)> Take()
    {
        List<(string, double, string?)> found = [];
        double seconds = _at == 0 ? 0 : time.GetElapsedTime(_at).TotalSeconds;
        _at = time.GetTimestamp();
        double all = _now.Where(mode => mode.Key.Container is null).Sum(mode => Grown(mode.Key));
        if (all > 0 && seconds > 0)
        {
            double Share(params string[] modes) => modes.Sum(mode => Grown((null, mode))) / all * Percent;
            found.Add(("cpu_util_usr", Share("user", "nice"), null));
            found.Add(("cpu_util_sys", Share("system", "irq", "softirq"), null));
            found.Add(("cpu_util_total", Percent - Share("idle", "iowait"), null));
            found.Add(("diskio_disk_iowait_percent", Share("iowait"), null));
        }
        foreach (string container in _now.Keys.Select(key => key.Container).OfType<string>().Distinct())
        {
            double cores = _limits.GetValueOrDefault(container, _cpus);
            found.Add(("cpu_util_container_cores", cores, container));
            if (seconds <= 0 || cores <= 0 || !_before.ContainsKey((container, "user")))
                continue;
            double user = Grown((container, "user")) / (seconds * cores) * Percent, system = Grown((container, "system")) / (seconds * cores) * Percent;
            found.Add(("cpu_util_container_usr", user, container));
            found.Add(("cpu_util_container_sys", system, container));
            found.Add(("cpu_util_container_total", user + system, container));
        }
        if (_memoryLimit > 0)
            found.Add(("tcp_memory_usage_percent", _memory / _memoryLimit, null));
        (_before, _now) = (_now, []);
        _limits.Clear();
        _memoryLimit = 0;
        return found;
    }

    private double Grown((string?, string) key) => _before.TryGetValue(key, out double before) ? Math.Max(0, _now.GetValueOrDefault(key) - before) : 0;
}
