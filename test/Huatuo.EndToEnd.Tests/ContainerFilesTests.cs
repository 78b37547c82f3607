using System.Globalization;
using Huatuo.EndToEnd.Tests.Machine;
using Huatuo.EndToEnd.Tests.Metrics;
using Huatuo.EndToEnd.Tests.Product;

namespace Huatuo.EndToEnd.Tests;

/// <summary>The metrics of a container against the kernel's files of its cgroup, which the test reads by itself while nothing in it runs.</summary>
public sealed class ContainerFilesTests
{
    private const long MiB = 1 << 20;
    private static readonly string[] s_families = [.. new[] { "cpu", "cpu_stat", "meminfo", "vmstat", "io_stat" }.Select(name => $"huatuo_{name}_container_")];
    private static readonly string[] s_labels = ["mode", "item", "event", "device"];

    [Fact]
    public async Task A_containers_metrics_are_what_its_cgroups_files_say()
    {
        ContainerCgroup.Require();
        using var folder = new TemporaryFolder();
        using var cgroup = new ContainerCgroup();
        File.WriteAllText(cgroup.PathOf("memory", cgroup.IsFirst ? "memory.limit_in_bytes" : "memory.max"), $"{64 * MiB}");
        if (cgroup.IsFirst)
            File.WriteAllText(cgroup.PathOf("cpu", "cpu.cfs_quota_us"), "25000");
        else
            File.WriteAllText(cgroup.PathOf("cpu", "cpu.max"), "25000 100000");
        await using Agent agent = await Agent.StartAsync(folder.Path);

        // Some 4 MB of memory, work beyond a quarter of a CPU, a file.
        Func<bool> stopped = cgroup.Start($"x=$(head -c 4000000 /dev/zero | tr '\\0' x); for ((i = 0; i < 200000; i++)); do :; done; head -c {MiB} /dev/zero > '{folder.Path}/file'; sync '{folder.Path}/file'");
        await Eventually.HoldsAsync("the container has done its work", stopped);
        await Eventually.HoldsAsync("its files stand still while a scrape is taken, and the scrape has what they say", async () =>
        {
            Dictionary<string, double> before = Files(cgroup);
            Scrape scrape = await agent.ScrapeAsync();
            Dictionary<string, double> after = Files(cgroup);
            if (before.Count != after.Count || before.Except(after).Any() || !scrape.Samples.Any(sample => sample.Labels.GetValueOrDefault("container_id") == cgroup.Id && sample.Name == "huatuo_cpu_container_seconds_total"))
                return false;
            AssertSame(before, scrape, cgroup.Id);
            return true;
        });
    }

    private static void AssertSame(Dictionary<string, double> files, Scrape scrape, string id)
    {
        Dictionary<string, double> told = scrape.Samples.Where(sample => sample.Labels.GetValueOrDefault("container_id") == id && s_families.Any(sample.Name.StartsWith))
            .ToDictionary(sample => string.Join(':', s_labels.Select(sample.Labels.GetValueOrDefault).OfType<string>().Prepend(sample.Name)), sample => sample.Value);
        foreach ((string key, double value) in files.Where(file => !file.Key.StartsWith("memory.stat:", StringComparison.Ordinal) && !file.Key.StartsWith("io:", StringComparison.Ordinal)))
        {
            Assert.True(told.TryGetValue(key, out double own), $"{key} is not told; told are {string.Join(", ", told.Keys.Order())}");
            Assert.True(Math.Abs(own - value) < 1e-6, $"{key}: the file says {value}, the page {own}");
        }
        // Work, memory and being held up did happen.
        Assert.True(files["huatuo_cpu_container_seconds_total:user"] > 0.01);
        Assert.True(files["huatuo_meminfo_container_usage_bytes"] > 4_000_000);
        Assert.True(files["huatuo_cpu_stat_container_throttled_periods_total"] > 0);
        Assert.Equal(64 * MiB, files["huatuo_meminfo_container_limit_bytes"]);
        Assert.Equal(0.25, told["huatuo_cpu_container_limit_cores"]);

        // Everything of memory.stat that is told is there, and right.
        string[] items = [.. told.Keys.Where(key => key.StartsWith("huatuo_vmstat_container_", StringComparison.Ordinal))];
        Assert.True(items.Length > 3, $"{items.Length} of memory.stat are told");
        Assert.All(items, key => Assert.Equal((key, files["memory.stat:" + key.Split(':')[1]]), (key, told[key])));
        Assert.All(told.Where(one => one.Key.StartsWith("huatuo_io_stat_container_written_bytes_total", StringComparison.Ordinal)), disk => Assert.Equal(files["io:" + DeviceNumber(disk.Key.Split(':')[1])], disk.Value));
    }

    private static string DeviceNumber(string device) => File.ReadAllText($"/sys/class/block/{device}/dev").Trim();

    // By the names of the metrics; what memory.stat and io say under prefixes of their own.
    private static Dictionary<string, double> Files(ContainerCgroup cgroup)
    {
        Dictionary<string, double> values = [];
        Dictionary<string, double> cpu = Lines(cgroup.PathOf("cpu", "cpu.stat"));
        if (cgroup.IsFirst)
        {
            values["huatuo_cpu_container_seconds_total:user"] = Number(cgroup.PathOf("cpuacct", "cpuacct.usage_user")) / 1e9;
            values["huatuo_cpu_container_seconds_total:system"] = Number(cgroup.PathOf("cpuacct", "cpuacct.usage_sys")) / 1e9;
            values["huatuo_cpu_stat_container_throttled_seconds_total"] = cpu["throttled_time"] / 1e9;
            foreach ((string name, string file) in ((string, string)[])[("usage", "usage_in_bytes"), ("limit", "limit_in_bytes"), ("peak", "max_usage_in_bytes")])
                values[$"huatuo_meminfo_container_{name}_bytes"] = Number(cgroup.PathOf("memory", "memory." + file));
            foreach (string[] words in File.ReadLines(cgroup.PathOf("blkio", "blkio.throttle.io_service_bytes_recursive")).Select(line => line.Split(' ')).Where(words => words is [_, "Write", _]))
                values["io:" + words[0]] = double.Parse(words[2], CultureInfo.InvariantCulture);
        }
        else
        {
            values["huatuo_cpu_container_seconds_total:user"] = cpu["user_usec"] / 1e6;
            values["huatuo_cpu_container_seconds_total:system"] = cpu["system_usec"] / 1e6;
            values["huatuo_cpu_stat_container_throttled_seconds_total"] = cpu["throttled_usec"] / 1e6;
            foreach ((string name, string file) in ((string, string)[])[("usage", "current"), ("limit", "max")])
                values[$"huatuo_meminfo_container_{name}_bytes"] = Number(cgroup.PathOf("memory", "memory." + file));
            foreach (string[] words in File.ReadLines(cgroup.PathOf("io", "io.stat")).Select(line => line.Split(' ')))
                values["io:" + words[0]] = words.Where(word => word.StartsWith("wbytes=", StringComparison.Ordinal)).Sum(word => double.Parse(word["wbytes=".Length..], CultureInfo.InvariantCulture));
        }
        values["huatuo_cpu_stat_container_throttled_periods_total"] = cpu["nr_throttled"];
        values["huatuo_cpu_stat_container_periods_total"] = cpu["nr_periods"];
        foreach ((string name, double value) in Lines(cgroup.PathOf("memory", "memory.stat")))
            values["memory.stat:" + name] = value;
        return values;
    }

    private static double Number(string path) => double.Parse(File.ReadAllText(path), CultureInfo.InvariantCulture);

    private static Dictionary<string, double> Lines(string path) =>
        File.ReadLines(path).Select(line => line.Split(' ')).ToDictionary(words => words[0], words => double.Parse(words[1], CultureInfo.InvariantCulture));
}
