using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Huatuo.Bpf.Abi;
using Huatuo.Flow.Ledger;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Scheduling.Softlockup;

/// <summary>Records to documents, without a kernel.</summary>
public sealed class SoftlockupTests
{
    private const string Message = "watchdog: BUG: soft lockup - CPU#1 stuck for 23s! [worker:101]";
    private static readonly Dictionary<string, IReadOnlyDictionary<uint, string>> s_enums = [];

    private static Task<TracerStand> Start(SoftlockupOptions? options = null) => TracerStand.StartAsync(new SoftlockupTracer(), s_enums, options);

    private static byte[] Record(string message = Message, EventContext context = EventContext.Task, params ulong[] stack)
    {
        var record = default(SoftlockupRecord);
        record.Header.MonotonicNs = 1_000_000_000_000;
        record.Header.CgroupId = 5002;
        record.Header.Tgid = 100;
        record.Header.Tid = 101;
        record.Header.Cpu = 1;
        record.Header.Context = (uint)context;
        record.Header.StackBytes = (uint)stack.Length * sizeof(ulong);
        "worker"u8.CopyTo(record.Header.Comm);
        record.MessageBytes = (uint)message.Length;
        Encoding.UTF8.GetBytes(message).CopyTo(record.Message);
        return [.. MemoryMarshal.AsBytes(new ReadOnlySpan<SoftlockupRecord>(in record)), .. MemoryMarshal.AsBytes<ulong>(stack)];
    }

    [Fact]
    public async Task A_record_becomes_a_document()
    {
        await using TracerStand stand = await Start();
        Assert.True(stand.OnRecord(Record(stack: [0xffffffff81400091, 0xffffffff81600010])));
        using JsonDocument document = JsonDocument.Parse(stand.Sink.Last);
        Assert.Equal("softlockup", document.RootElement.GetProperty("tracer_name").GetString());
        Assert.Equal(
            $$"""{"observed_timestamp":"2026-01-02T03:04:05.678901234Z","context":"task","cpu":1,"comm":"worker","pid":100,"tid":101,"memory_cgroup_css_addr":"0x0","cgroup_path":"/kubepods.slice/cri-containerd-{{TracerStand.ContainerId}}.scope","container_id":"{{TracerStand.ContainerId}}","stuck_seconds":23,"stack":"tcp_v4_rcv+0x91\n__do_softirq+0x10","cpus_stack":"not taken: the program is not loaded"}""",
            document.RootElement.GetProperty("tracer_data").GetRawText());
        Assert.Equal(
            $"""
            2026-01-02T03:04:05.678901234Z cpu 1 stuck for 23 s: 101[worker] pid=100 context=task cgroup_path=/kubepods.slice/cri-containerd-{TracerStand.ContainerId}.scope container_id={TracerStand.ContainerId}
                tcp_v4_rcv+0x91
                __do_softirq+0x10
              cpus:
                not taken: the program is not loaded
            """,
            stand.Definition.FormatText(document.RootElement));
    }

    [Fact]
    public async Task A_softirq_is_not_blamed_on_the_task_and_a_hook_without_message_tells_no_time()
    {
        await using TracerStand stand = await Start();
        Assert.True(stand.OnRecord(Record("", EventContext.Softirq)));
        using JsonDocument document = JsonDocument.Parse(stand.Sink.Last);
        Assert.Equal(
            """{"observed_timestamp":"2026-01-02T03:04:05.678901234Z","context":"softirq","cpu":1,"interrupted":{"comm":"worker","pid":100,"tid":101},"stack":"","cpus_stack":"not taken: the program is not loaded"}""",
            document.RootElement.GetProperty("tracer_data").GetRawText());
        Assert.StartsWith(
            "2026-01-02T03:04:05.678901234Z cpu 1 stuck: 101[worker] pid=100 context=softirq\n",
            stand.Definition.FormatText(document.RootElement), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_again_is_held_back_and_counted()
    {
        await using TracerStand stand = await Start();
        Assert.True(stand.OnRecord(Record()));
        Assert.True(stand.OnRecord(Record()));
        Assert.Equal((1, 1L, 1L), (stand.Sink.Count, stand.Ledger.Accepted, stand.Ledger.Suppressed(SuppressReason.Backoff)));
    }

    [Fact]
    public async Task A_shorter_record_a_stack_beyond_its_end_or_another_message_is_none()
    {
        await using TracerStand stand = await Start();
        byte[] whole = Record(stack: [1, 2, 3]);
        for (int length = 0; length < whole.Length; length++)
            Assert.False(stand.OnRecord(whole.AsSpan(0, length)));
        Assert.False(stand.OnRecord(Record("watchdog: BUG: soft lockup - CPU#x")));
        Assert.Equal(0, stand.Sink.Count);
    }

    [Fact]
    public async Task Random_bytes_give_a_document_or_nothing()
    {
        await using TracerStand stand = await Start(new SoftlockupOptions { Backoff = TimeSpan.Zero });
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
    [InlineData("7/status", "Name:\tx\nTgid:\t5\nNgid:\t0\n", 5)]
    [InlineData("7/status", "Name:\tTgid: 9\nTgid:\tmany\n", 7)]
    [InlineData("8/status", "Tgid:\t5\n", 7)]
    public void A_thread_that_is_gone_stands_for_its_process(string file, string content, uint process)
    {
        using var proc = new Proc();
        proc.Write(file, content);
        Assert.Equal(process, new ThreadProcess(proc.Root).Of(7));
    }
}
