using System.Runtime.InteropServices;
using System.Text.Json;
using Huatuo.Flow.Metrics;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Memory.MemoryReclaim;

/// <summary>Records to documents, without a kernel.</summary>
public sealed class MemoryReclaimTests
{
    private static readonly Dictionary<string, IReadOnlyDictionary<uint, string>> s_enums = [];

    private static Task<TracerStand> Start() => TracerStand.StartAsync(new MemoryReclaimTracer(), s_enums);

    private static byte[] Record(ReclaimScope scope, params ulong[] stack)
    {
        var record = default(MemoryReclaimRecord);
        record.Header.MonotonicNs = 1_000_000_000_000;
        record.Header.CgroupId = 5002;
        record.Header.Tgid = 100;
        record.Header.Tid = 101;
        record.Header.Cpu = 1;
        record.Header.MemoryCgroupCss = 0xffff_8880_0000_1000;
        record.Header.StackBytes = (uint)stack.Length * sizeof(ulong);
        "dd\n"u8.CopyTo(record.Header.Comm);
        record.DurationNs = 1_234_567_890;
        record.ReclaimedPages = 32;
        record.Scope = (uint)scope;
        return [.. MemoryMarshal.AsBytes(new ReadOnlySpan<MemoryReclaimRecord>(in record)), .. MemoryMarshal.AsBytes<ulong>(stack)];
    }

    [Theory]
    [InlineData("global", "huatuo_memory_free_reclaim_seconds")]
    [InlineData("memcg", "huatuo_memcg_reclaim_seconds")]
    public async Task A_record_becomes_a_document_and_its_exemplar(string scope, string family)
    {
        await using TracerStand stand = await Start();
        Assert.True(stand.OnRecord(Record(scope == "global" ? ReclaimScope.Global : ReclaimScope.Memcg, 0xffffffff81400091, 0xffffffff81600010)));
        using JsonDocument document = JsonDocument.Parse(stand.Sink.Last);
        Assert.Equal("memory_reclaim", document.RootElement.GetProperty("tracer_name").GetString());
        Assert.Equal(
            $$"""{"observed_timestamp":"2026-01-02T03:04:05.678901234Z","context":"task","cpu":1,"comm":"dd\n","pid":100,"tid":101,"memory_cgroup_css_addr":"0xffff888000001000","cgroup_path":"/kubepods.slice/cri-containerd-{{TracerStand.ContainerId}}.scope","container_id":"{{TracerStand.ContainerId}}","scope":"{{scope}}","reclaim_duration_ns":1234567890,"reclaimed_pages":32,"stack":"tcp_v4_rcv+0x91\n__do_softirq+0x10"}""",
            document.RootElement.GetProperty("tracer_data").GetRawText());
        Assert.Equal(
            $"""
            2026-01-02T03:04:05.678901234Z {scope} reclaim blocked 101[dd�] for 1234.568 ms pid=100 reclaimed_pages=32 cgroup_path=/kubepods.slice/cri-containerd-{TracerStand.ContainerId}.scope container_id={TracerStand.ContainerId}
                tcp_v4_rcv+0x91
                __do_softirq+0x10
            """,
            stand.Definition.FormatText(document.RootElement));
        Exemplar exemplar = stand.Exemplars.Of(family).Read()[0];
        Assert.Equal((1.23456789, document.RootElement.GetProperty("id").GetGuid(), "memory_reclaim"), (exemplar.Value, exemplar.Event.Id, exemplar.Event.Tracer));
        Assert.Equal(1, stand.Exemplars.Of("huatuo_memory_free_reclaim_seconds").Read().Length + stand.Exemplars.Of("huatuo_memcg_reclaim_seconds").Read().Length);
    }

    [Fact]
    public async Task A_shorter_record_or_a_stack_beyond_its_end_is_none()
    {
        await using TracerStand stand = await Start();
        byte[] whole = Record(ReclaimScope.Memcg, 1, 2, 3);
        for (int length = 0; length < whole.Length; length++)
            Assert.False(stand.OnRecord(whole.AsSpan(0, length)));
        Assert.Equal(0, stand.Sink.Count);
    }

    [Fact]
    public async Task Random_bytes_give_a_document_or_nothing()
    {
        await using TracerStand stand = await Start();
        for (int seed = 0; seed < 5000; seed++)
        {
            var random = new Random(seed);
            byte[] record = Record(ReclaimScope.Global, 1, 2, 3);
            for (int change = random.Next(8); change >= 0; change--)
                record[random.Next(record.Length)] = (byte)random.Next(256);
            if (stand.OnRecord(record))
                JsonDocument.Parse(stand.Sink.Last).Dispose();
        }
        Assert.NotEqual(0, stand.Sink.Count);
    }
}
