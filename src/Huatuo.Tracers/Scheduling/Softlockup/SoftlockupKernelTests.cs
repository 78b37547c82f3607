using System.Text.Json;
using Huatuo.Bpf.Features;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Linux;

namespace Huatuo.Tracers.Scheduling.Softlockup;

/// <summary>A CPU that is stuck in the kernel for two seconds, told by every hook that this kernel has.</summary>
public sealed class SoftlockupKernelTests
{
    private static readonly int s_cpu = Environment.ProcessorCount - 1;

    [Fact]
    public async Task A_CPU_that_is_stuck_is_told()
    {
        // It taints the kernel for good.
        DisposableMachine.Require();
        using var panic = new KernelSetting("kernel/softlockup_panic", "0");
        var definition = new SoftlockupTracer();
        List<RunningTracer> tracers = [];
        try
        {
            foreach (string rung in Rungs(definition))
                tracers.Add(await RunningTracer.StartAsync(definition, new SoftlockupOptions { Hook = rung, Backoff = TimeSpan.Zero }));
            Assert.NotEmpty(tracers);
            using var threshold = new KernelSetting("kernel/watchdog_thresh", "1");
            List<JsonElement> documents = [];
            int tid;
            using (SpinningCpu spin = await SpinningCpu.InKernel(s_cpu, TimeSpan.FromSeconds(30)))
            {
                tid = spin.Tid;
                foreach (RunningTracer tracer in tracers)
                    documents.Add(await tracer.Sink.WaitAsync(candidate => IsOfSpin(candidate.GetProperty("tracer_data")), $"a soft lockup by {tracer.Runner.Rung}"));
            }
            for (int i = 0; i < tracers.Count; i++)
            {
                await tracers[i].StopAsync();
                Check(tracers[i].Runner.Rung!, documents[i], tid);
                Balance.Check(tracers[i]);
            }
        }
        finally
        {
            foreach (RunningTracer tracer in tracers)
                await tracer.DisposeAsync();
        }
    }

    // A virtual machine that is short of time has others, too.
    private static bool IsOfSpin(JsonElement data) =>
        data.GetProperty("cpu").GetInt32() == s_cpu && Who(data).GetProperty("comm").GetString() == "provoker";

    private static JsonElement Who(JsonElement data) => data.TryGetProperty("interrupted", out JsonElement interrupted) ? interrupted : data;

    private static void Check(string rung, JsonElement document, int tid)
    {
        JsonElement data = document.GetProperty("tracer_data");
        string[] task = rung == SoftlockupTracer.LogRung
            ? ["interrupted"]
            : ["comm", "pid", "tid", "memory_cgroup_css_addr", "cgroup_path", "net_namespace_cookie", "net_namespace_inum"];
        string[] rest = rung switch
        {
            SoftlockupTracer.LogRung => ["stuck_seconds", "cpus_stack"],
            "kprobe/add_taint" => ["stack", "cpus_stack"],
            _ => ["stuck_seconds", "stack", "cpus_stack"],
        };
        Assert.Equal("softlockup", document.GetProperty("tracer_name").GetString());
        Assert.Equal(ExpectedDocument.Names(["observed_timestamp", "context", "cpu", .. task, .. rest], data), data.EnumerateObject().Select(field => field.Name));
        Assert.Equal(rung == SoftlockupTracer.LogRung ? "unknown" : "task", data.GetProperty("context").GetString());
        JsonElement who = Who(data);
        Assert.Equal(Environment.ProcessId, who.GetProperty("pid").GetInt32());
        Assert.Equal(tid, who.GetProperty("tid").GetInt32());
        if (rest.Contains("stuck_seconds"))
            Assert.InRange(data.GetProperty("stuck_seconds").GetInt32(), 2, 40);
        if (rest.Contains("stack"))
            Assert.Contains(data.GetProperty("stack").GetString()!.Split('\n'), line => line.Contains("sys_bpf+0x", StringComparison.Ordinal));
        string cpus = data.GetProperty("cpus_stack").GetString()!;
        Assert.StartsWith($"cpu={s_cpu} provoker pid={Environment.ProcessId} tid={tid}\n", cpus, StringComparison.Ordinal);
        Assert.Contains(RunningCpus.CheckAll(cpus)[s_cpu].Lines, line => line.Contains("sys_bpf+0x", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Rungs(SoftlockupTracer definition)
    {
        KernelRelease.TryRead(out KernelRelease release);
        using KernelBtf? btf = KernelBtf.TryOpen();
        KernelFeatures kernel = KernelFeatures.Probe(release, btf);
        return [.. definition.Ladder.Where(rung => rung.On(kernel, btf).Missing is null).Select(rung => rung.Name)];
    }
}
