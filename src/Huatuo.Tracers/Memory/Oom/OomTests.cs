using System.Runtime.InteropServices;
using System.Text.Json;
using Huatuo.Flow.Containers;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Memory.Oom;

public sealed class OomTests
{
    private static readonly Dictionary<string, IReadOnlyDictionary<uint, string>> s_enums = [];

    [Fact]
    public async Task A_record_becomes_a_document()
    {
        await using TracerStand stand = await TracerStand.StartAsync(new OomTracer(), s_enums);
        Assert.True(stand.OnRecord(Bytes(Record())));
        using JsonDocument document = JsonDocument.Parse(stand.Sink.Last);
        JsonElement data = document.RootElement.GetProperty("tracer_data");
        const string path = $"/kubepods.slice/cri-containerd-{TracerStand.ContainerId}.scope";
        string observed = data.GetProperty("observed_timestamp").GetString()!;
        Assert.Equal(
            $$$$"""{"observed_timestamp":"{{{{observed}}}}","scope":"unknown","trigger":{"memory_cgroup_css_addr":"0x10","pid":7,"comm":"sh","cgroup":{"path":"/user.slice","current":4096,"max":9223372036854775807,"stat":{},"events":{}}},"victim":{"memory_cgroup_css_addr":"0x20","container_id":"{{{{TracerStand.ContainerId}}}}","pid":9,"comm":"hog","cgroup":{"path":"{{{{path}}}}","current":8192,"max":12288,"stat":{},"events":{}}},"memory_snapshot":{"host_meminfo":{}},"stack":""}""",
            data.GetRawText());
        Assert.Equal(
            $"{observed} scope=unknown trigger=7[sh] cgroup=/user.slice current=4096 max=9223372036854775807 victim=9[hog] cgroup={path} current=8192 max=12288",
            stand.Definition.FormatText(document.RootElement));
    }

    [Fact]
    public async Task Random_and_changed_bytes_are_no_record_or_give_a_document()
    {
        await using TracerStand stand = await TracerStand.StartAsync(new OomTracer(), s_enums);
        for (int seed = 0; seed < 2000; seed++)
        {
            var random = new Random(seed);
            byte[] record = Bytes(Record());
            for (int change = random.Next(1, 12); change > 0; change--)
                record[random.Next(record.Length)] = (byte)random.Next(256);
            int before = stand.Sink.Count;
            bool taken = stand.OnRecord(random.Next(4) == 0 ? record.AsSpan(0, random.Next(record.Length)) : record);
            Assert.Equal(before + (taken ? 1 : 0), stand.Sink.Count);
            if (taken)
                JsonDocument.Parse(stand.Sink.Last).Dispose();
        }
    }

    [Fact]
    public void Files_of_v1_are_read_under_the_names_of_v2()
    {
        using var root = new Proc();
        root.Write("a/memory.stat", "total_rss 5\ntotal_cache 6\nnonsense\n").Write("a/memory.oom_control", "oom_kill_disable 0\noom_kill 3\n")
            .Write("a/memory.failcnt", "4\n").Write("a/memory.usage_in_bytes", "100\n").Write("a/memory.limit_in_bytes", "9223372036854771712\n");
        CgroupMemoryState state = new CgroupMemory(root.Root, isV1: true).Read(Cgroup.Of("/a"), null);
        Assert.Equal(new MemoryReading(100, MemoryReading.Unlimited), state.Reading);
        Assert.Equal([5L, 6L], state.Stat.Select(field => field.Value));
        Assert.Equal([4L, 3L], state.Events.Select(field => field.Value));
    }

    private static OomRecord Record()
    {
        var record = default(OomRecord);
        record.Header.MonotonicNs = 1;
        (record.Header.Tgid, record.Header.Tid, record.Header.CgroupId, record.Header.MemoryCgroupCss) = (7, 7, 5001, 0x10);
        (record.Victim.Tgid, record.Victim.Tid, record.Victim.CgroupId, record.Victim.MemoryCgroupCss) = (9, 9, 5002, 0x20);
        "sh"u8.CopyTo(record.Header.Comm);
        "hog"u8.CopyTo(record.Victim.Comm);
        (record.TriggerSide.UsagePages, record.TriggerSide.MaxPages) = (1, long.MaxValue / 4096);
        (record.VictimSide.UsagePages, record.VictimSide.MaxPages) = (2, 3);
        return record;
    }

    private static byte[] Bytes(OomRecord record) => MemoryMarshal.AsBytes(new ReadOnlySpan<OomRecord>(in record)).ToArray();
}
