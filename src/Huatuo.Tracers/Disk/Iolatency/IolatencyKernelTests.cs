using System.Diagnostics;
using System.Globalization;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Disk.Iolatency;

/// <summary>A container that writes, reads and syncs past the page cache, against the kernel's own figures of the disk.</summary>
public sealed class IolatencyKernelTests : IDisposable
{
    private const string Id = "d15cd15cd15cd15cd15cd15cd15cd15cd15cd15cd15cd15cd15cd15cd15cd15c";
    private const int Blocks = 64;
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"huatuo-iolatency-{Environment.ProcessId}-{Guid.NewGuid():N}");

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task Requests_are_those_that_the_kernel_accounts()
    {
        string disk = DiskOf(Path.GetTempPath());
        await using RunningTracer tracer = await RunningTracer.StartAsync(new IolatencyTracer(), new IolatencyOptions());
        await using var cgroup = new MemoryCgroup("docker-" + Id + ".scope");
        // What the disk does until its first request is seen is in no reading.
        await Do(cgroup, $"dd if=/dev/zero of='{_file}' bs=4k count={Blocks} oflag=direct conv=fsync status=none");

        Account first = Account.Of(disk);
        MetricPage begin = tracer.Scrape();
        Account second = Account.Of(disk);
        await Do(cgroup, $"dd if=/dev/zero of='{_file}' bs=4k count={Blocks} oflag=direct conv=fsync,notrunc status=none && dd if='{_file}' of=/dev/null bs=4k count={Blocks} iflag=direct status=none");
        Account third = Account.Of(disk);
        MetricPage end = tracer.Scrape();
        Account fourth = Account.Of(disk);

        foreach (string operation in (string[])["read", "write"])
        {
            string queued = $"huatuo_iolatency_queue_seconds_count{{disk=\"{disk}\",operation=\"{operation}\"}}";
            double requests = end[queued] - begin[queued];
            // The kernel accounts a request a moment later than the tracer, and some may be under way.
            int slack = 2 * Environment.ProcessorCount + 64;
            Assert.InRange(requests, third[operation] - second[operation] - slack, fourth[operation] - first[operation] + slack);
            Assert.True(requests >= Blocks, end.Text);
            Assert.True(Increase($"_container_zone_total{{container_id=\"{Id}\",operation=\"{operation}\",since=\"queue\"") >= Blocks, end.Text);
            Assert.True(Increase($"_container_zone_total{{container_id=\"{Id}\",operation=\"{operation}\",since=\"dispatch\"") >= Blocks, end.Text);
            Assert.Equal(end[queued], Sum(end, $"_zone_total{{disk=\"{disk}\",operation=\"{operation}\",since=\"queue\""), (double)slack);
            // What is dispatched was queued before.
            double fromQueue = IncreaseOf($"huatuo_iolatency_queue_seconds_sum{{disk=\"{disk}\",operation=\"{operation}\"}}");
            double fromDispatch = IncreaseOf($"huatuo_iolatency_dispatch_seconds_sum{{disk=\"{disk}\",operation=\"{operation}\"}}");
            Assert.InRange(fromDispatch, 1e-6, fromQueue);
        }
        if (third.Flushes > second.Flushes)
            Assert.True(IncreaseOf($"huatuo_iolatency_queue_seconds_count{{disk=\"{disk}\",operation=\"flush\"}}") >= 1, end.Text);

        double IncreaseOf(string sample) => end[sample] - begin[sample];
        double Increase(string prefix) => Sum(end, prefix) - Sum(begin, prefix);
    }

    private static async Task Do(MemoryCgroup cgroup, string script)
    {
        Process process = cgroup.Start(script);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    private static double Sum(MetricPage page, string prefix) =>
        page.Samples.Where(sample => sample.Key.StartsWith("huatuo_iolatency" + prefix, StringComparison.Ordinal)).Sum(sample => sample.Value);

    /// <summary>The disk that a folder is on; skips the test where it is on none.</summary>
    private static string DiskOf(string folder)
    {
        string device = Command.Run("", "stat", "-c", "%Hd:%Ld", folder).Trim();
        string path = $"/sys/dev/block/{device}";
        Assert.SkipUnless(Directory.Exists(path), $"{folder} is on no disk, but on device {device}");
        string disk = new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        return Path.GetFileName(File.Exists(disk + "/partition") ? Path.GetDirectoryName(disk)! : disk);
    }

    /// <summary>How many requests the kernel accounts for a disk (Documentation/admin-guide/iostats.rst).</summary>
    private readonly record struct Account(long Reads, long Writes, long Flushes)
    {
        internal long this[string operation] => operation == "read" ? Reads : Writes;

        internal static Account Of(string disk)
        {
            long[] fields = [.. File.ReadAllText($"/sys/block/{disk}/stat").Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(field => long.Parse(field, CultureInfo.InvariantCulture))];
            return new Account(fields[0], fields[4], fields.Length > 15 ? fields[15] : 0);
        }
    }
}
