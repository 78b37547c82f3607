using System.Diagnostics;
using System.Runtime.InteropServices;
using Huatuo.Bench.Site;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Sinks;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Clock;
using Huatuo.Tracers.Network.Dropwatch;

namespace Huatuo.Bench.Lines;

/// <summary>The way of a record from the ring's memory to a sink, or a part of it.</summary>
internal sealed class LinesPipeline
{
    private readonly FlowSite _site;
    private readonly RecordCorpus _corpus;
    private readonly DocumentEncoder _encoder;
    private readonly TracerLedger _ledger;
    private readonly DropwatchRun _tracer;
    private readonly EventOutput _output;

    internal LinesPipeline(FlowSite site, RecordCorpus corpus, IReadOnlyList<IEventSink> sinks)
    {
        _site = site;
        _corpus = corpus;
        _ledger = new TracerLedger("dropwatch", [.. FlowSite.Rules.Rules.Select(rule => rule.Name)], sinks.Select(sink => sink.Name));
        _encoder = new DocumentEncoder(FlowSite.Origin, "dropwatch", "event", new KernelClock(), new EventId());
        _tracer = new DropwatchRun(new DropwatchOptions(), site.Services);
        _output = new EventOutput(_ledger, FlowSite.Rules, _encoder, sinks);
    }

    /// <summary>Symbols of the stack and owner of the packet alone.</summary>
    internal LineFigures Enrich(int count) => Measure(count, () =>
    {
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> record = _corpus.Next(i);
            ref readonly DropwatchRecord drop = ref MemoryMarshal.AsRef<DropwatchRecord>(record);
            _ = _site.Stacks.Find(MemoryMarshal.Cast<byte, ulong>(record[DropwatchRecord.Size..]), drop.Location);
            _ = _site.Identity.Resolve(drop.Header, drop.SocketCgroupId);
        }
    });

    /// <summary>All the way; with sinks, until every line is stored in each.</summary>
    /// <exception cref="BenchException">Something was lost.</exception>
    internal LineFigures Run(int count)
    {
        const int mostWaiting = 2_000;
        long accepted = _ledger.Accepted + count;
        using var pause = new AutoResetEvent(false);
        LineFigures figures = Measure(count, () =>
        {
            for (int i = 0; i < count; i++)
            {
                if (!_tracer.OnRecord(_corpus.Next(i), _output))
                    throw new BenchException("a record was refused");
                // Only as fast as the file takes them: on one CPU the writer gets its turn when this one waits.
                while (Pending() > mostWaiting)
                    pause.WaitOne(1);
            }
            while (Pending() > 0)
                pause.WaitOne(1);
        });
        if (_ledger.Accepted != accepted || _ledger.Sinks.Any(sink => sink.Stored != accepted))
            throw new BenchException("lines were lost");
        return figures;
    }

    private long Pending()
    {
        long most = 0;
        for (int i = 0; i < _ledger.Sinks.Count; i++)
            most = Math.Max(most, _ledger.Sinks[i].Pending);
        return most;
    }

    private static LineFigures Measure(int count, Action work)
    {
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        work();
        TimeSpan wall = Stopwatch.GetElapsedTime(start);
        cpu = Environment.CpuUsage.TotalTime - cpu;
        return new LineFigures(wall.TotalNanoseconds / count, cpu.TotalNanoseconds / count, (double)(GC.GetTotalAllocatedBytes(precise: true) - allocated) / count);
    }
}

/// <summary>What one event takes.</summary>
/// <param name="WallNs">Of time.</param>
/// <param name="CpuNs">Of the process's CPU time.</param>
/// <param name="AllocatedBytes">Of managed memory.</param>
internal readonly record struct LineFigures(double WallNs, double CpuNs, double AllocatedBytes);
