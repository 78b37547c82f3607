using System.Runtime.InteropServices;
using System.Text.Json;
using Huatuo.Bpf.Abi;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Scheduling.SchedTick;

/// <summary>Records to documents, without a kernel.</summary>
public sealed class SchedTickTests
{
    private static readonly Dictionary<string, IReadOnlyDictionary<uint, string>> s_enums = [];

    private static Task<TracerStand> Start() => TracerStand.StartAsync(new SchedTickTracer(), s_enums);

    private static byte[] Record(EventContext context = EventContext.Task, bool steal = true, params ulong[] stack)
    {
        var record = default(SchedTickRecord);
        record.Header.MonotonicNs = 1_000_000_000_000;
        record.Header.CgroupId = 5002;
        record.Header.Tgid = 100;
        record.Header.Tid = 101;
        record.Header.Cpu = 1;
        record.Header.Context = (uint)context;
        record.Header.StackBytes = (uint)stack.Length * sizeof(ulong);
        record.IntervalNs = 43_012_345;
        record.StealNs = 1_500_000;
        record.HasSteal = steal ? 1u : 0;
        "worker"u8.CopyTo(record.Header.Comm);
        return [.. MemoryMarshal.AsBytes(new ReadOnlySpan<SchedTickRecord>(in record)), .. MemoryMarshal.AsBytes<ulong>(stack)];
    }

    [Fact]
    public async Task A_record_becomes_a_document()
    {
        await using TracerStand stand = await Start();
        Assert.True(stand.OnRecord(Record(stack: [0xffffffff81400091, 0xffffffff81600010])));
        using JsonDocument document = JsonDocument.Parse(stand.Sink.Last);
        Assert.Equal("sched_tick", document.RootElement.GetProperty("tracer_name").GetString());
        Assert.Equal(
            $$"""{"observed_timestamp":"2026-01-02T03:04:05.678901234Z","context":"task","cpu":1,"comm":"worker","pid":100,"tid":101,"memory_cgroup_css_addr":"0x0","cgroup_path":"/kubepods.slice/cri-containerd-{{TracerStand.ContainerId}}.scope","container_id":"{{TracerStand.ContainerId}}","tick_interval_ns":43012345,"tick_interval_threshold_ns":10000000,"steal_ns":1500000,"stack":"tcp_v4_rcv+0x91\n__do_softirq+0x10"}""",
            document.RootElement.GetProperty("tracer_data").GetRawText());
        Assert.Equal(
            $"""
            2026-01-02T03:04:05.678901234Z cpu 1 without tick for 43.012 ms, 1.500 ms of it stolen: 101[worker] pid=100 context=task cgroup_path=/kubepods.slice/cri-containerd-{TracerStand.ContainerId}.scope container_id={TracerStand.ContainerId}
                tcp_v4_rcv+0x91
                __do_softirq+0x10
            """,
            stand.Definition.FormatText(document.RootElement));
    }

    [Fact]
    public async Task A_softirq_is_not_blamed_on_the_task_and_unknown_steal_is_left_out()
    {
        await using TracerStand stand = await Start();
        Assert.True(stand.OnRecord(Record(EventContext.Softirq, steal: false)));
        using JsonDocument document = JsonDocument.Parse(stand.Sink.Last);
        Assert.Equal(
            """{"observed_timestamp":"2026-01-02T03:04:05.678901234Z","context":"softirq","cpu":1,"interrupted":{"comm":"worker","pid":100,"tid":101},"tick_interval_ns":43012345,"tick_interval_threshold_ns":10000000,"stack":""}""",
            document.RootElement.GetProperty("tracer_data").GetRawText());
        Assert.Equal(
            "2026-01-02T03:04:05.678901234Z cpu 1 without tick for 43.012 ms: 101[worker] pid=100 context=softirq",
            stand.Definition.FormatText(document.RootElement));
    }

    [Fact]
    public async Task A_shorter_record_or_a_stack_beyond_its_end_is_none()
    {
        await using TracerStand stand = await Start();
        byte[] whole = Record(stack: [1, 2, 3]);
        for (int length = 0; length < whole.Length; length++)
            Assert.False(stand.OnRecord(whole.AsSpan(0, length)));
        Assert.Equal(0, stand.Sink.Count);
    }

    [Fact]
    public async Task Random_bytes_give_a_document_or_nothing()
    {
        await using TracerStand stand = await Start();
        for (int seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            byte[] record = Record(stack: [1, 2, 3]);
            for (int change = random.Next(8); change >= 0; change--)
                record[random.Next(record.Length)] = (byte)random.Next(256);
            if (stand.OnRecord(record))
                JsonDocument.Parse(stand.Sink.Last).Dispose();
        }
        Assert.NotEqual(0, stand.Sink.Count);
    }

    [Theory]
    [InlineData("ffffffff81001000 t tick_sched_timer\nffffffff81002000 t tick_nohz_handler\n", 0xffffffff81001000)]
    [InlineData("ffffffff81002000 t tick_nohz_handler\nffffffff81001000 t tick_sched_timer\n", 0xffffffff81001000)]
    [InlineData("ffffffff81002000 t tick_nohz_handler\n", 0xffffffff81002000)]
    [InlineData("ffffffff81002000 t tick_nohz_handler_not\nffffffff81003000 t tick_sched_timer\t[module]\n", 0)]
    [InlineData("0000000000000000 t tick_sched_timer\n", 0)]
    [InlineData("no symbols", 0)]
    public void The_function_of_the_timer_is_found_by_its_name(string kallsyms, ulong function)
    {
        using var proc = new Proc();
        proc.Write("kallsyms", kallsyms);
        Assert.Equal(function, TickTimer.Find(proc.Root).Function);
    }

    [Theory]
    [InlineData(4_000_000, 10_000_000)]
    [InlineData(1_000_000, 10_000_000)]
    [InlineData(10_000_000, 15_000_000)]
    public void A_tick_in_time_is_no_event_on_any_kernel(ulong period, ulong threshold) =>
        Assert.Equal(threshold, new TickTimer(1, period).ThresholdNs(TimeSpan.FromMilliseconds(10)));
}
