using System.Diagnostics;
using System.Text;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux;

namespace Huatuo.Tracers.Tests;

/// <summary>What holds for every collector.</summary>
public sealed class CollectorsTests
{
    // What this kernel's files look like, of those that can be read here.
    private static readonly string[] Files =
    [
        "proc/stat", "proc/loadavg", "proc/vmstat", "proc/buddyinfo", "proc/meminfo", "proc/diskstats", "proc/self/mountinfo", "proc/net/dev", "proc/net/snmp", "proc/net/netstat",
        "proc/net/snmp6", "proc/net/sockstat", "proc/net/sockstat6", "proc/net/arp", "proc/net/stat/arp_cache", "proc/net/stat/nf_conntrack", "proc/sys/net/ipv4/tcp_mem",
        "proc/sys/net/netfilter/nf_conntrack_count", "proc/pressure/cpu", "proc/pressure/memory", "proc/pressure/io",
    ];

    public static TheoryData<string> Collectors =>
        [.. TracerCatalog.All.OfType<MetricTracerDefinition>().Where(tracer => tracer.Ladder.Any(rung => rung.Hooks.Count == 0)).Select(tracer => tracer.Name)];

    [Fact]
    public void FamiliesAreDeclaredOnceAndNamedByTheirKind()
    {
        MetricFamily[] families = [.. TracerCatalog.All.OfType<MetricTracerDefinition>().SelectMany(tracer => tracer.Families)];
        Assert.Equal(families.Length, families.Select(family => family.Name).Distinct().Count());
        Assert.All(families, family => Assert.Equal(family.Kind == MetricKind.Counter, family.Name.EndsWith("_total", StringComparison.Ordinal)));
        Assert.All(families, family => Assert.Matches("^huatuo_[a-z0-9_]+$", family.Name));
        Assert.All(families, family => Assert.EndsWith(".", family.Help, StringComparison.Ordinal));
    }

    /// <summary>What Prometheus's own linter says of the names; needs promtool (Debian package prometheus).</summary>
    [Fact]
    public async Task TheLinterOfPrometheusTakesEveryName()
    {
        var page = new StringBuilder();
        foreach (MetricFamily family in TracerCatalog.All.OfType<MetricTracerDefinition>().Where(tracer => Collectors.Any(row => row.Data == tracer.Name)).SelectMany(tracer => tracer.Families))
            page.Append($"# HELP {family.Name} {family.Help}\n# TYPE {family.Name} {(family.Kind == MetricKind.Counter ? "counter" : "gauge")}\n")
                .Append($"{family.Name}{{{string.Join(',', family.Labels.Select(label => label + "=\"x\""))}}} 1\n");
        using var promtool = Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardError = true })!;
        Task<string> complaints = promtool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await promtool.StandardInput.WriteAsync(page, TestContext.Current.CancellationToken);
        promtool.StandardInput.Close();
        await promtool.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("0:", $"{promtool.ExitCode}:{await complaints}");
    }

    /// <summary>On this machine, of what there is, no line is skipped.</summary>
    [Theory]
    [MemberData(nameof(Collectors))]
    public void ThisMachineIsReadWithoutASkippedLine(string name)
    {
        MetricTracerDefinition tracer = Find(name);
        var services = new TracerServices(null!, null!, null!, null!, "events");
        var run = (IMetricTracer)tracer.Create((TracerOptions)tracer.Options.Bind(null, new Flow.Options.Diagnostics()), services);
        using (run as IDisposable)
            for (int i = 0; i < 2; i++)
                run.Write(new MetricPage(tracer));
        Assert.Equal(0, services.Skipped.Count);
    }

    /// <summary>A file of another form, cut, or with bytes changed breaks no scrape, and nothing that is not declared is written.</summary>
    [Theory]
    [MemberData(nameof(Collectors))]
    public void DamagedFilesNeverBreakAScrape(string name)
    {
        using var stand = new CollectorStand();
        (string Path, byte[] Content)[] files = [.. Files.Where(file => File.Exists("/" + file)).Select(file => (file, File.ReadAllBytes("/" + file)))];
        stand.Write("sys/class/net/eth0/mtu", "1500\n").Write("sys/class/infiniband/a/ports/1/hw_counters/b", "1\n").Write("sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "1\n");
        foreach ((string path, byte[] content) in files)
            stand.Write(path, Encoding.Latin1.GetString(content));
        Func<string> scrape = stand.Start(Find(name));
        for (int seed = 0; seed < 15; seed++)
        {
            foreach ((string path, byte[] content) in files)
                File.WriteAllBytes(Path.Combine(stand.Root, path), Damage(content, new Random(seed)));
            scrape();
        }
    }

    [Theory]
    [MemberData(nameof(Collectors))]
    public void WhatIsMissingIsSaidBeforeItRuns(string name)
    {
        using var stand = new CollectorStand();
        var kernel = new Bpf.Features.KernelFeatures(default, false, false, false, false, false, null, default) { Roots = SystemRoots.Below(stand.Root) };
        // Others ask a socket, or read what each container has.
        if (Find(name).Ladder.SingleOrDefault(rung => rung.Hooks.Count == 0 && rung.Name.StartsWith('/')) is not { } rung)
            return;
        Unsupported missing = Assert.IsType<Unsupported>(rung.On(kernel, null).Missing);
        Assert.Equal(rung.Name, missing.Feature);
        Assert.NotEmpty(missing.Hint);
        string folder = Path.Combine(stand.Root, rung.Name[1..]);
        Directory.CreateDirectory(folder);
        Assert.Null(rung.On(kernel, null).Missing);
    }

    private static MetricTracerDefinition Find(string name) => TracerCatalog.All.OfType<MetricTracerDefinition>().Single(tracer => tracer.Name == name);

    private static byte[] Damage(byte[] original, Random random)
    {
        var bytes = new List<byte>(original);
        for (int change = random.Next(1, 30); change > 0 && bytes.Count > 0; change--)
        {
            int at = random.Next(bytes.Count);
            int length = random.Next(Math.Min(60, bytes.Count - at));
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveRange(at, length); break;
                case 2: bytes.RemoveRange(at, bytes.Count - at); break;
                case 3: bytes[at] = (byte)" \t\n:-,09a|/\\"[random.Next(12)]; break;
                default: bytes.InsertRange(at, "99999999999999999999 -1\n"u8.ToArray()); break;
            }
        }
        return [.. bytes];
    }
}
