using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Cpu.Psi;

public sealed class PsiTests
{
    [Fact]
    public void WhatTheKernelHas()
    {
        using var stand = new CollectorStand();
        stand.Write("proc/pressure/cpu", "some avg10=61.51 avg60=88.10 avg300=95.25 total=2020758409\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n")
            .Write("proc/pressure/io", "some avg10=0.00 avg60=0.00 avg300=0.00 total=1500000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=500000\n")
            .Write("proc/pressure/irq", "full avg10=0.00 avg60=0.00 avg300=0.00 total=7\n");
        Assert.Equal("""
            huatuo_pressure_waiting_seconds_total{resource="cpu"} 2020.758409
            huatuo_pressure_waiting_seconds_total{resource="io"} 1.5
            huatuo_pressure_stalled_seconds_total{resource="cpu"} 0
            huatuo_pressure_stalled_seconds_total{resource="io"} 0.5
            huatuo_pressure_stalled_seconds_total{resource="irq"} 7E-06
            """, stand.Scrape(new PsiTracer()));
    }

    [Fact]
    public void BadLinesAreCounted()
    {
        using var stand = new CollectorStand();
        stand.Write("proc/pressure/cpu", "some avg10=0.00\nhalf total=1\nfull avg10=0.00 total=2000000\nsome total=x\n");
        Assert.Equal("huatuo_pressure_stalled_seconds_total{resource=\"cpu\"} 2", stand.Scrape(new PsiTracer()));
        Assert.Equal(3, stand.Services.Skipped.Count);
    }
}
