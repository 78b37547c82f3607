using System.Buffers.Text;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Cpu.Loadavg;

/// <summary>Reads <c>/proc/loadavg</c> (fs/proc/loadavg.c): <c>0.20 0.18 0.12 1/80 11206</c>.</summary>
internal sealed class LoadavgRun(TracerServices services) : IMetricTracer
{
    private readonly ByteFile _file = services.ProcFile("loadavg");

    internal static IReadOnlyList<MetricFamily> Families { get; } =
    [
        new("huatuo_load1", MetricKind.Gauge, "Tasks that run, or wait for a CPU or uninterruptibly, averaged over a minute."),
        new("huatuo_load5", MetricKind.Gauge, "The same over 5 minutes."),
        new("huatuo_load15", MetricKind.Gauge, "The same over 15 minutes."),
        new("huatuo_threads_runnable", MetricKind.Gauge, "Threads on a CPU or waiting for one."),
        new("huatuo_threads", MetricKind.Gauge, "Threads of all processes, the kernel's included."),
    ];

    public void Write(MetricWriter writer)
    {
        Span<double> values = stackalloc double[5];
        if (!TryRead(_file.Read(), values))
        {
            services.Skipped.Add();
            return;
        }
        for (int i = 0; i < values.Length; i++)
        {
            writer.Family(Families[i]);
            writer.Sample(values[i]);
        }
    }

    private static bool TryRead(ReadOnlySpan<byte> content, Span<double> values)
    {
        var fields = new FieldReader(content);
        for (int i = 0; i < 3; i++)
            if (!fields.TryNext(out ReadOnlySpan<byte> load) || !Utf8Parser.TryParse(load, out values[i], out int used) || used != load.Length || !(values[i] >= 0))
                return false;
        if (!fields.TryNext(out ReadOnlySpan<byte> threads))
            return false;
        int slash = threads.IndexOf((byte)'/');
        if (slash < 0)
            return false;
        bool isRead = FieldReader.TryParse(threads[..slash], out ulong runnable) & FieldReader.TryParse(threads[(slash + 1)..], out ulong all);
        (values[3], values[4]) = (runnable, all);
        return isRead;
    }
}
