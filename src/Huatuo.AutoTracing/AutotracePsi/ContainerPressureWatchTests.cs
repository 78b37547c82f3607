using System.Collections.Concurrent;
using System.Text.Json;
using Huatuo.AutoTracing.Tests;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Tests;

namespace Huatuo.AutoTracing.AutotracePsi;

/// <summary>Pressure of containers to pictures, and triggers that come and go with them.</summary>
public sealed class ContainerPressureWatchTests : IDisposable
{
    private readonly ContainerStand _tree = new(isV1: false);
    private readonly StubPoll _poll = new();
    private Action<Container, string>? _tell;

    public void Dispose() => _tree.Dispose();

    private AutoTraceStand Start() => new(
        station => new AutotracePsiTracer(station, (_, _, _) => null, (_, levels, told) =>
        {
            Assert.Equal([("cpu", 80), ("memory", 20), ("io", 50)], levels);
            _tell = told;
            return new Listening(() => _tell = null);
        }),
        _tree.Services, ["containers=true"]);

    private Container Of(char letter) => _tree.Services.Containers.Find(ContainerStand.Id(letter))!;

    private void Add(char letter, int pid) => _tree
        .Add(letter, ("cgroup.procs", pid + "\n"), ("memory.pressure", "some avg10=0.00 avg60=0.00 avg300=1.50 total=0\n"))
        .Write($"proc/{pid}/task/{pid}/stat", $"{pid} ({letter}) D 1\n").Write($"proc/{pid}/task/{pid}/stack", "[<0>] io_schedule+0x46/0x70\n").Write($"proc/{pid}/statm", "9 2 1\n").Write($"proc/{pid}/comm", letter + "\n");

    [Fact]
    public async Task A_container_under_pressure_gives_one_picture_of_it_alone()
    {
        Add('a', 7);
        Add('b', 8);
        await using (AutoTraceStand stand = Start())
        {
            _tell!(Of('a'), "memory");
            JsonElement document = await stand.NextAsync();
            Assert.Equal(ContainerStand.Id('a'), document.GetProperty("container_id").GetString());
            Assert.Equal(
                $$"""{"resource":"memory","reason":"moment","pressure_percent":20,"pressure_percent_usual":1.5,"pressure_percent_level":20,"stack":"a pid=7 tid=7\n    io_schedule+0x46","top_memory_usage":[{"PID":7,"ProcessName":"a","MemSize":{{2 * Environment.SystemPageSize}}}],{{StubFlames.Json}},"offcpu":{""" + StubFlames.Json + "}}",
                AutoTraceStand.Data(document));
            Assert.NotEqual(0ul, stand.Flames.Target!.CgroupId);
            // It goes on, and there is more of it: the container cools down as a whole, and each is told once.
            for (int again = 0; again < 5; again++)
            {
                _tell(Of('a'), "memory");
                _tell(Of('a'), "cpu");
            }
            Assert.Equal((2, 1), (stand.Definition.Counts.Triggers, stand.Ledger.Suppressed(SuppressReason.Cooldown)));
            _tell(Of('b'), "io");
            Assert.Equal(ContainerStand.Id('b'), (await stand.NextAsync()).GetProperty("container_id").GetString());
            await stand.EndAsync();
        }
        Assert.Null(_tell);
    }

    [Fact]
    public async Task Pressure_that_comes_back_after_a_rest_is_told_again()
    {
        Add('a', 7);
        await using AutoTraceStand stand = Start();
        _tell!(Of('a'), "memory");
        await stand.NextAsync();
        for (int minute = 0; minute < 40; minute++)
        {
            stand.Time.Advance(TimeSpan.FromSeconds(59));
            _tell(Of('a'), "memory");
        }
        Assert.Equal(1, stand.Definition.Counts.Triggers);
        stand.Time.Advance(TimeSpan.FromSeconds(61));
        _tell(Of('a'), "memory");
        await stand.NextAsync();
        await stand.EndAsync();
    }

    [Fact]
    public async Task One_that_is_told_while_a_picture_is_taken_has_its_own_later()
    {
        Add('a', 7);
        Add('b', 8);
        await using AutoTraceStand stand = Start();
        var taken = new TaskCompletionSource();
        stand.Flames.Ready = taken.Task;
        _tell!(Of('a'), "memory");
        _tell(Of('b'), "memory");
        taken.SetResult();
        await stand.NextAsync();
        using var guard = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (stand.Definition.Counts.Captures < 2)
        {
            _tell(Of('b'), "memory");
            await Task.Delay(1, guard.Token);
        }
        Assert.Equal(ContainerStand.Id('b'), (await stand.NextAsync()).GetProperty("container_id").GetString());
        await stand.EndAsync();
    }

    [Fact]
    public async Task What_is_told_of_a_container_that_is_gone_gives_none()
    {
        Add('a', 7);
        await using AutoTraceStand stand = Start();
        Container gone = Of('a');
        _tree.End('a');
        _tell!(gone, "memory");
        await stand.EndAsync();
        Assert.Equal(0, stand.Definition.Counts.Triggers);
    }

    [Fact]
    public void Triggers_come_and_go_with_containers_and_those_of_level_0_are_none()
    {
        _tree.Add('a').Add('b');
        var told = new BlockingCollection<(Container, string)>();
        using (var watch = new ContainerPressureWatch(_tree.Services, [("cpu", 80), ("memory", 0), ("io", 50)], (container, resource) => told.Add((container, resource)), _poll))
        {
            watch.Appeared(Of('a'));
            watch.Appeared(Of('b'));
            string[] files = [.. _poll.Open.Values.Order(StringComparer.Ordinal).Select(file => Path.GetRelativePath(_tree.Root, file))];
            Assert.Equal(
                [.. new[] { 'a', 'b' }.SelectMany(letter => (string[])[$"sys/fs/cgroup/docker/{ContainerStand.Id(letter)}/cpu.pressure", $"sys/fs/cgroup/docker/{ContainerStand.Id(letter)}/io.pressure"])], files);
            ulong b = _poll.Open.Single(one => one.Value.Contains(ContainerStand.Id('b'), StringComparison.Ordinal) && one.Value.EndsWith("io.pressure", StringComparison.Ordinal)).Key;
            ulong a = _poll.Open.First(one => one.Value.Contains(ContainerStand.Id('a'), StringComparison.Ordinal)).Key;
            watch.Ended(Of('a'));
            Assert.Equal(2, _poll.Open.Count);
            _poll.Tell(a, b);
            Assert.Equal((Of('b'), "io"), told.Take(TestContext.Current.CancellationToken));
            Assert.Empty(told);
        }
        Assert.Empty(_poll.Open);
    }

    [Fact]
    public void So_many_files_are_open_and_what_is_not_watched_is_counted()
    {
        TracerServices services = _tree.Services with { Counters = new TracerCounters([ContainerPressureWatch.Unwatched]) };
        _tree.Add('a').Add('b').Add('c');
        using var watch = new ContainerPressureWatch(services, [("cpu", 80), ("memory", 20), ("io", 50)], (_, _) => { }, _poll);
        for (int i = 0; i < ContainerPressureWatch.MostFiles / 3 - 1; i++)
            watch.Appeared(new Container(new Huatuo.Linux.Cgroups.ContainerPath(i.ToString("x64"), $"/docker/{i:x64}", "docker", "", "")));
        Assert.Empty(Counts(services));
        _poll.Refuses = "memory.pressure";
        watch.Appeared(Of('a'));
        watch.Appeared(Of('b'));
        watch.Appeared(Of('c'));
        Assert.Equal(ContainerPressureWatch.MostFiles, _poll.Open.Count);
        Assert.Equal(["limit=3", "refused=2"], Counts(services));
    }

    private static List<string> Counts(TracerServices services)
    {
        var counts = new Counted();
        services.Counters.Write(counts);
        return counts.Samples;
    }

    private sealed class Counted : MetricWriter
    {
        internal List<string> Samples { get; } = [];

        public override void Family(string name, MetricKind kind, string help)
        {
        }

        public override void Sample(double value, params ReadOnlySpan<Label> labels) => Samples.Add($"{labels[0].Value}={value}");
    }

    private sealed class Listening(Action end) : IDisposable
    {
        public void Dispose() => end();
    }

    private sealed class StubPoll : IPressurePoll
    {
        private readonly BlockingCollection<ulong[]> _told = [];
        private ulong _last;

        internal ConcurrentDictionary<ulong, string> Open { get; } = [];

        internal string Refuses { get; set; } = "none";

        public ulong? Add(string path, double percent)
        {
            if (path.EndsWith(Refuses, StringComparison.Ordinal))
                return null;
            Open[++_last] = path;
            return _last;
        }

        public void Remove(ulong key) => Open.TryRemove(key, out _);

        public bool Wait(ICollection<ulong> told)
        {
            ulong[] next = _told.Take();
            Array.ForEach(next, told.Add);
            return next.Length > 0;
        }

        public void Stop() => _told.Add([]);

        public void Dispose() => Open.Clear();

        internal void Tell(params ulong[] keys) => _told.Add(keys);
    }
}
