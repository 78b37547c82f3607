namespace Huatuo.Flow.Tracing;

/// <summary>One run of a tracer that hears of its events by other means than a BPF program: a netlink socket, a file.</summary>
public interface ISourceTracer : ITracer
{
    /// <summary>Reads events until told to stop.</summary>
    /// <param name="run">Where it counts and puts them.</param>
    /// <param name="stop">Ends the run.</param>
    /// <exception cref="IOException">The source failed; it is opened again after a while.</exception>
    Task RunAsync(SourceTracerRun run, CancellationToken stop);
}
