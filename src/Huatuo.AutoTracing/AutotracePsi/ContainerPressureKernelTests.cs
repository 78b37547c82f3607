using System.Text.Json;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Linux.Cgroups;
using Huatuo.Linux.Proc;

namespace Huatuo.AutoTracing.AutotracePsi;

/// <summary>Containers whose own limits make their tasks wait, on a machine that has enough.</summary>
[Trait("kernels", "all")]
public sealed class ContainerPressureKernelTests
{
    private const string Id = "ca1fca1fca1fca1fca1fca1fca1fca1fca1fca1fca1fca1fca1fca1fca1fca1f";
    private const string Quiet = "b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0";

    [Fact]
    public Task A_quota_that_is_used_up_gives_one_picture_of_that_container() => TellsOfOneAsync(
        "cpu", "cpu.max", "20000 100000",
        new AutotracePsiOptions { CpuLevel = 50, MemoryLevel = 0, IoLevel = 0 },
        "exec perl -e 'fork; 1 while 1'");

    [Fact]
    public Task A_limit_of_memory_gives_one_picture_of_that_container() => TellsOfOneAsync(
        "memory", "memory.high", "16M",
        new AutotracePsiOptions { CpuLevel = 0, MemoryLevel = 10, IoLevel = 0 },
        "exec perl -e 'my $i = 0; while (1) { $taken[$i++ % 24] = q(x) x (1 << 20) }'");

    private static async Task TellsOfOneAsync(string resource, string limit, string value, AutotracePsiOptions options, string script)
    {
        Assert.SkipUnless(ContainerPressureFiles.Lacks("/proc") is null, "this kernel lacks pressure of cgroups (cgroup v2 alone, CONFIG_PSI)");
        // The kernel may have a task over its memory.high sleep for two seconds at once.
        (options.Containers, options.Interval, options.CaptureTime) = (true, TimeSpan.FromHours(1), TimeSpan.FromSeconds(5));
        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        await using RunningTracer tracer = await RunningTracer.StartAsync(new AutotracePsiTracer(AutoTraceStation.Of(TimeProvider.System)), options);
        using var controllers = new Controllers("cpu", "memory");
        await using var calm = new MemoryCgroup("docker-" + Quiet + ".scope");
        await using (var cgroup = new MemoryCgroup("docker-" + Id + ".scope"))
        {
            controllers.Below(cgroup);
            calm.Start("exec sleep infinity");
            await Eventually("both are watched", () => Watched(Id) == 1 && Watched(Quiet) == 1);
            File.WriteAllText(Controllers.Folder(cgroup) + "/" + limit, value);
            using var poll = new PressurePoll();
            Assert.NotNull(poll.Add($"{Controllers.Folder(cgroup)}/{resource}.pressure", options.CpuLevel + options.MemoryLevel));
            cgroup.Start(script);

            JsonElement document = await tracer.Sink.WaitAsync(_ => true, "a container under pressure");
            Check(document, resource, before);
            // It goes on, and the kernel tells of it again.
            for (List<ulong> told = []; told.Count < 2;)
            {
                List<ulong> more = [];
                Assert.True(await Task.Run(() => poll.Wait(more), TestContext.Current.CancellationToken));
                told.AddRange(more);
            }
        }
        await Eventually("its files are closed", () => tracer.Services.Containers.Find(Id) is not { IsLive: true } && Watched(Id) == 0);
        Assert.Equal(1, Watched(Quiet));
        await tracer.StopAsync();
        Assert.Equal(0, Watched(Quiet));
        Assert.Single(tracer.Sink.Documents);
        Balance.Check(tracer);
    }

    private static void Check(JsonElement document, string resource, DateTimeOffset before)
    {
        JsonElement data = document.GetProperty("tracer_data");
        string[] processes = [.. Rows(data).Concat(Rows(data.GetProperty("offcpu"))).Where(row => row.GetProperty("level").GetInt32() == 1).Select(row => row.GetProperty("label").GetString()!).Distinct()];
        Assert.Equal(["perl"], processes);
        new ExpectedDocument()
            .Envelope(document, "autotrace_psi", before, TimeProvider.System.GetUtcNow())
            .Is("tracer_type", "autotracing")
            .Is("container_id", Id)
            .Is("tracer_data.resource", resource)
            .Is("tracer_data.reason", "moment")
            .Matches("tracer_data.pressure_percent", @"\d+")
            .Holds("tracer_data.pressure_percent_usual", "a share", percent => double.Parse(percent) is >= 0 and <= 100)
            .Matches("tracer_data.pressure_percent_level", @"\d+")
            .Holds("tracer_data.stack", "only its own", stack => stack.Split('\n').All(line => line.Length <= 2 || line.TrimStart('"').StartsWith("    ", StringComparison.Ordinal) || line.TrimStart('"').StartsWith("perl ", StringComparison.Ordinal)))
            .Holds("tracer_data.top_memory_usage", "its own", top => JsonDocument.Parse(top).RootElement.EnumerateArray().Select(one => one.GetProperty("ProcessName").GetString()).Distinct().SequenceEqual(["perl"]))
            .Holds("tracer_data.flamedata", "rows", _ => true)
            .Matches("tracer_data.capture.duration_ns", @"\d+")
            .Matches("tracer_data.capture.samples", @"\d+")
            .Is("tracer_data.capture.lost", 0)
            .Matches("tracer_data.capture.omitted", @"\d+")
            .Holds("tracer_data.offcpu.flamedata", "rows", _ => true)
            .Matches("tracer_data.offcpu.capture.duration_ns", @"\d+")
            .Matches("tracer_data.offcpu.capture.samples", @"[1-9]\d*")
            .Is("tracer_data.offcpu.capture.lost", 0)
            .Matches("tracer_data.offcpu.capture.omitted", @"\d+")
            .Check(document);
    }

    private static JsonElement.ArrayEnumerator Rows(JsonElement data) => data.GetProperty("flamedata").EnumerateArray();

    // Descriptors of this process on files of pressure of a container.
    private static int Watched(string id) => Directory.GetFiles("/proc/self/fd").Count(fd => new FileInfo(fd).LinkTarget is { } file && file.Contains(id, StringComparison.Ordinal) && file.Contains(".pressure", StringComparison.Ordinal));

    private static async Task Eventually(string what, Func<bool> holds)
    {
        using var guard = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!holds())
        {
            Assert.False(guard.IsCancellationRequested, what);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Controllers that are given to children of the root, and taken again.</summary>
    private sealed class Controllers : IDisposable
    {
        private static readonly string s_mount = CgroupMounts.Load().UnifiedPath!;
        private readonly string[] _wanted;
        private readonly string[] _given;

        internal Controllers(params string[] wanted)
        {
            string[] there = File.ReadAllText(s_mount + "/cgroup.subtree_control").Split((char[])[' ', '\n']);
            (_wanted, _given) = (wanted, [.. wanted.Except(there)]);
            Give(s_mount, _given, '+');
        }

        internal static string Folder(MemoryCgroup cgroup) => s_mount + cgroup.Path;

        internal void Below(MemoryCgroup cgroup) => Give(Path.GetDirectoryName(Folder(cgroup))!, _wanted, '+');

        public void Dispose() => Give(s_mount, _given, '-');

        private static void Give(string folder, string[] controllers, char sign)
        {
            foreach (string controller in controllers)
                File.WriteAllText(folder + "/cgroup.subtree_control", sign + controller);
        }
    }
}
