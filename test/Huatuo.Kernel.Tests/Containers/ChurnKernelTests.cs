using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Huatuo.Bpf.Abi;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Linux.Cgroups;
using Huatuo.Tracers.Security.SyscallAudit;

namespace Huatuo.Kernel.Tests.Containers;

/// <summary>Containers that come and go, 200 of them a second where the machine can.</summary>
public sealed partial class ChurnKernelTests
{
    private static readonly int s_containers = DisposableMachine.IsThis ? 500 : 2000;
    private static readonly TimeSpan s_pace = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_life = TimeSpan.FromMilliseconds(10);

    [Fact]
    public async Task Each_event_is_its_own_containers()
    {
        const string folder = "/huatuo-churn/";
        await using RunningTracer tracer = await RunningTracer.StartAsync(
            new SyscallAuditTracer(), new SyscallAuditOptions { Enabled = true, Syscalls = [AuditedCall.Openat], Paths = [folder], MaxEventsPerSecond = 0 });
        string root = string.Create(CultureInfo.InvariantCulture, $"{CgroupMounts.Load().IdentityPath}/huatuo-test-{Environment.ProcessId}-{Guid.NewGuid():N}");
        Directory.CreateDirectory(root);
        // Each line is a container: a child moves into its cgroup and opens a file of its name that is not there.
        using Process spawner = Command.Start(
            "bash", "-c", $"while read id; do ( echo 0 > '{root}'/$id/cgroup.procs; : < {folder}$id; echo $id ) 2>/dev/null & done; wait");
        var done = new ConcurrentQueue<string>();
        Task reading = Task.Run(async () =>
        {
            while (await spawner.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } id)
                done.Enqueue(id);
        }, TestContext.Current.CancellationToken);
        long skipped = 0;
        try
        {
            Dictionary<string, long> made = [];
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < s_containers; i++)
            {
                string id = i.ToString("x64", CultureInfo.InvariantCulture);
                Directory.CreateDirectory($"{root}/{id}");
                made.Add(id, Stopwatch.GetTimestamp());
                await spawner.StandardInput.WriteLineAsync(id);
                await spawner.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
                while (done.TryPeek(out string? oldest) && Stopwatch.GetElapsedTime(made[oldest]) >= s_life && TryRemove($"{root}/{oldest}"))
                    done.TryDequeue(out _);
                TimeSpan ahead = s_pace * (i + 1) - Stopwatch.GetElapsedTime(start);
                if (ahead > TimeSpan.Zero)
                    await Task.Delay(ahead, TestContext.Current.CancellationToken);
            }
            spawner.StandardInput.Close();
            await spawner.WaitForExitAsync(TestContext.Current.CancellationToken);
            await reading;
            Assert.Equal(s_containers, made.Count);
            foreach (string last in done)
                Directory.Delete($"{root}/{last}");
            tracer.Runner.Inspect(loaded => skipped = loaded.LoadedPrograms().Sum(program => (long)(program.Statistics()?.RecursionMisses ?? 0)));
            await tracer.StopAsync();
        }
        finally
        {
            if (!spawner.HasExited)
                spawner.Kill();
            spawner.WaitForExit();
            foreach (string left in Directory.GetDirectories(root))
                Directory.Delete(left);
            Directory.Delete(root);
        }

        HashSet<string> right = [];
        foreach (JsonElement document in tracer.Sink.Documents)
        {
            string opened = Opened().Match(document.GetRawText()).Groups[1].Value;
            string told = document.Text("container_id");
            Assert.True(told.Length == 0 || told == opened, $"{opened} is told as {told}: {document.GetRawText()}");
            if (told == opened)
                right.Add(opened);
        }
        LedgerCounters kernel = tracer.Ledger.Kernel.Read();
        string outcome = $"{right.Count} of {s_containers} are told: {tracer.Sink.Documents.Count} documents, {kernel.Hits} hits, {kernel.Lost} lost, {kernel.Filtered} filtered, {skipped} skipped";
        Assert.True(right.Count >= s_containers * 999 / 1000, outcome);
        (int live, int ended, long refused) = tracer.Containers.Registry.Counts;
        Assert.DoesNotContain(tracer.Containers.Registry.Live, container => container.CgroupPath.StartsWith("/huatuo-test-", StringComparison.Ordinal));
        Assert.InRange(ended, 0, new Huatuo.Flow.Containers.ContainerOptions().MaxEnded);
        Assert.Equal(0, refused);
        Assert.InRange(live, 0, s_containers);
    }

    // The child may not have ended yet.
    private static bool TryRemove(string folder)
    {
        try
        {
            Directory.Delete(folder);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    [GeneratedRegex("/huatuo-churn/([0-9a-f]{64})")]
    private static partial Regex Opened();
}
