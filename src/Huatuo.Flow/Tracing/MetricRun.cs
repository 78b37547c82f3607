using Huatuo.Bpf;

namespace Huatuo.Flow.Tracing;

/// <summary>The programs of one run of a metric tracer: loaded and attached. Disposing detaches and unloads.</summary>
internal sealed class MetricRun : IDisposable
{
    private readonly IProgramMetricTracer _tracer;
    private readonly List<BpfLink> _links = [];

    private MetricRun(IProgramMetricTracer tracer, BpfObject opened) => (_tracer, Object) = (tracer, opened);

    /// <summary>The object; alive until the run is disposed.</summary>
    internal BpfObject Object { get; }

    /// <exception cref="BpfException">The kernel refuses.</exception>
    internal static MetricRun Start(IProgramMetricTracer tracer, IReadOnlyList<string> programs)
    {
        var run = new MetricRun(tracer, tracer.Open());
        try
        {
            run.Object.Choose([.. programs]);
            run.Object.Load();
            tracer.Loaded();
            foreach (string program in tracer.Attaches ? programs : [])
                run._links.Add(run.Object.Attach(program));
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (BpfLink link in _links)
            link.Dispose();
        (_tracer as IDisposable)?.Dispose();
        Object.Dispose();
    }
}
