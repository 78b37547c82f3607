using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Huatuo.Flow.Ledger;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Scheduling.Hungtask;

/// <summary>Records to documents, without a kernel.</summary>
public sealed class HungtaskTests
{
    private static readonly Dictionary<string, IReadOnlyDictionary<uint, string>> s_enums = [];

    private static async Task<TracerStand> Start(HungtaskOptions? options = null)
    {
        TracerStand stand = await TracerStand.StartAsync(new HungtaskTracer(), s_enums, options);
        stand.Proc
            .Write("sys/kernel/hung_task_timeout_secs", "120\n")
            .Write("100/task/100/stat", "100 (sh) S 1 100")
            .Write("100/task/101/stat", "101 (a) D (b) D 1 100")
            .Write("100/task/101/stack", "[<0>] request_wait_answer+0x12e/0x210 [fuse]\n[<0>] vfs_statx+0x7a/0x120\n")
            .Write("200/task/200/stat", "200 (jbd2) D 2 0");
        return stand;
    }

    private static byte[] Record(params ulong[] stack)
    {
        var record = default(HungtaskRecord);
        record.Header.MonotonicNs = 1_000_000_000_000;
        record.Header.CgroupId = 5002;
        record.Header.Tgid = 100;
        record.Header.Tid = 101;
        record.Header.Cpu = 1;
        record.Header.MemoryCgroupCss = 0xffff_8880_0000_1000;
        record.Header.StackBytes = (uint)stack.Length * sizeof(ulong);
        "a) D (b"u8.CopyTo(record.Header.Comm);
        return [.. MemoryMarshal.AsBytes(new ReadOnlySpan<HungtaskRecord>(in record)), .. MemoryMarshal.AsBytes<ulong>(stack)];
    }

    [Fact]
    public async Task A_record_becomes_a_document()
    {
        await using TracerStand stand = await Start();
        Assert.True(stand.OnRecord(Record(0xffffffff81400091, 0xffffffff81600010)));
        using JsonDocument document = JsonDocument.Parse(stand.Sink.Last);
        Assert.Equal(TracerStand.ContainerId, document.RootElement.GetProperty("container_id").GetString());
        Assert.Equal("hungtask", document.RootElement.GetProperty("tracer_name").GetString());
        Assert.Equal(
            $$"""{"observed_timestamp":"2026-01-02T03:04:05.678901234Z","context":"task","cpu":1,"comm":"a) D (b","pid":100,"tid":101,"memory_cgroup_css_addr":"0xffff888000001000","cgroup_path":"/kubepods.slice/cri-containerd-{{TracerStand.ContainerId}}.scope","container_id":"{{TracerStand.ContainerId}}","hung_task_timeout_secs":120,"stack":"tcp_v4_rcv+0x91\n__do_softirq+0x10","cpus_stack":"not taken: the program is not loaded","blocked_processes_stack":"a) D (b pid=100 tid=101\n    request_wait_answer+0x12e [fuse]\n    vfs_statx+0x7a\njbd2 pid=200 tid=200"}""",
            document.RootElement.GetProperty("tracer_data").GetRawText());
        Assert.Equal(
            $"""
            2026-01-02T03:04:05.678901234Z hung 101[a) D (b] pid=100 hung_task_timeout_secs=120 cgroup_path=/kubepods.slice/cri-containerd-{TracerStand.ContainerId}.scope container_id={TracerStand.ContainerId}
                tcp_v4_rcv+0x91
                __do_softirq+0x10
              cpus:
                not taken: the program is not loaded
              blocked:
                a) D (b pid=100 tid=101
                    request_wait_answer+0x12e [fuse]
                    vfs_statx+0x7a
                jbd2 pid=200 tid=200
            """,
            stand.Definition.FormatText(document.RootElement));
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
    public async Task Without_back_off_all_are_told()
    {
        await using TracerStand stand = await Start(new HungtaskOptions { Backoff = TimeSpan.Zero });
        for (int i = 0; i < 3; i++)
            Assert.True(stand.OnRecord(Record()));
        Assert.Equal(3, stand.Sink.Count);
    }

    [Fact]
    public async Task A_shorter_record_or_a_stack_beyond_its_end_is_none()
    {
        await using TracerStand stand = await Start();
        byte[] whole = Record(1, 2, 3);
        for (int length = 0; length < whole.Length; length++)
            Assert.False(stand.OnRecord(whole.AsSpan(0, length)));
        Assert.Equal(0, stand.Sink.Count);
    }

    [Fact]
    public async Task Random_bytes_give_a_document_or_nothing()
    {
        await using TracerStand stand = await Start(new HungtaskOptions { Backoff = TimeSpan.Zero });
        for (int seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            byte[] record = Record(1, 2, 3);
            for (int change = random.Next(8); change >= 0; change--)
                record[random.Next(record.Length)] = (byte)random.Next(256);
            if (stand.OnRecord(record))
                JsonDocument.Parse(stand.Sink.Last).Dispose();
        }
        Assert.NotEqual(0, stand.Sink.Count);
    }

    [Fact]
    public void Blocked_tasks_are_bounded()
    {
        using var proc = new Proc();
        for (int i = 0; i < 150; i++)
            proc.Write($"{1000 + i}/task/{1000 + i}/stat", $"{1000 + i} (t) D 1");
        string text = Encoding.UTF8.GetString(new BlockedTasks(proc.Root).Stacks());
        Assert.EndsWith("\nmore tasks are blocked", text, StringComparison.Ordinal);
        Assert.Equal(100, text.Split('\n').Count(line => line.Contains(" tid=", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("7 (x")]
    [InlineData("7 (x)")]
    [InlineData("7 (x) ")]
    public void A_malformed_line_is_no_blocked_task(string stat)
    {
        using var proc = new Proc();
        proc.Write("7/task/7/stat", stat).Write("sys/kernel/hung_task_timeout_secs", "soon\n");
        Assert.Empty(new BlockedTasks(proc.Root).Stacks());
        Assert.Null(new BlockedTasks(proc.Root).TimeoutSeconds());
    }
}
