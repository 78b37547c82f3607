using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Cpu.Psi;

public sealed class ContainerPressureTests
{
    [Fact]
    public void OfTheUnifiedHierarchy()
    {
        using var stand = new ContainerStand(isV1: false);
        stand.Add('a', ("cpu.pressure", "some avg10=0.00 total=1000000\nfull avg10=0.00 total=500000\n"), ("io.pressure", "some avg10=0.00 total=0\n"));
        Assert.Equal("""
            huatuo_pressure_container_waiting_seconds_total{container_id="a",resource="cpu"} 1
            huatuo_pressure_container_waiting_seconds_total{container_id="a",resource="io"} 0
            huatuo_pressure_container_stalled_seconds_total{container_id="a",resource="cpu"} 0.5
            """, stand.Scrape(new PsiTracer()));
    }

    [Fact]
    public void V1HasNone()
    {
        using var stand = new ContainerStand(isV1: true);
        Assert.Equal("", stand.Add('a').Scrape(new PsiTracer()));
        Assert.Equal(0, stand.Services.Skipped.Count);
    }
}
