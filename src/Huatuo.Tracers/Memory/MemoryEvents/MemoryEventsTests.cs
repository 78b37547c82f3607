using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Memory.MemoryEvents;

public sealed class MemoryEventsTests
{
    [Fact]
    public void V2()
    {
        using var stand = new ContainerStand(isV1: false);
        stand.Add('a', ("memory.events", "low 0\nhigh 7\nmax 3\noom 2\noom_kill 1\n")).Add('b', ("memory.events", "max x\n"));
        Assert.Equal("""
            huatuo_memory_events_container_total{container_id="a",event="low"} 0
            huatuo_memory_events_container_total{container_id="a",event="high"} 7
            huatuo_memory_events_container_total{container_id="a",event="max"} 3
            huatuo_memory_events_container_total{container_id="a",event="oom"} 2
            huatuo_memory_events_container_total{container_id="a",event="oom_kill"} 1
            """, stand.Scrape(new MemoryEventsTracer()));
        Assert.Equal(1, stand.Services.Skipped.Count);
        Assert.Equal("huatuo_memory_events_container_total{container_id=\"a\",event=\"oom\"} 2", stand.Scrape(new MemoryEventsTracer(), "included=oom", "excluded=kill"));
    }

    [Fact]
    public void V1()
    {
        using var stand = new ContainerStand(isV1: true);
        stand.Add('a', ("memory/memory.failcnt", "3\n"), ("memory/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n"));
        Assert.Equal("""
            huatuo_memory_events_container_total{container_id="a",event="max"} 3
            huatuo_memory_events_container_total{container_id="a",event="oom_kill"} 1
            """, stand.Scrape(new MemoryEventsTracer()));
    }
}
