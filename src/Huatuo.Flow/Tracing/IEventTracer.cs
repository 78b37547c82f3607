using Huatuo.Bpf;

namespace Huatuo.Flow.Tracing;

/// <summary>
/// One run of a tracer: an <see cref="IEventTracer"/> or an <see cref="ISourceTracer"/>. One that is
/// <see cref="IDisposable"/> is disposed of at its end.
/// </summary>
public interface ITracer;

/// <summary>One run of a tracer whose events come from BPF programs, from opened object to last record.</summary>
/// <remarks>One that is <see cref="IDisposable"/> is disposed of after its last record, while its object is still there.</remarks>
public interface IEventTracer : ITracer
{
    /// <summary>Opens the BPF object and sets the tracer's own knobs; the shared ones are set by the runner.</summary>
    /// <exception cref="BpfException">The object cannot be opened.</exception>
    BpfObject Open();

    /// <summary>Fills maps, between load and attach.</summary>
    /// <exception cref="BpfException">The kernel refuses an entry.</exception>
    void Loaded();

    /// <summary>The programs run.</summary>
    void Attached()
    {
    }

    /// <summary>No program runs any more, and their last record was decoded.</summary>
    void Detached()
    {
    }

    /// <summary>
    /// Decodes one record and emits at most one event. Runs on the pump's thread, where nothing may be slow, or, when
    /// <see cref="EventTracerDefinition.IsSlow"/>, on the slow lane's.
    /// </summary>
    /// <param name="record">The kernel's memory, or a copy of it on the slow lane.</param>
    /// <param name="output">Where the event goes.</param>
    /// <returns>False when the bytes are not a record.</returns>
    bool OnRecord(ReadOnlySpan<byte> record, EventOutput output);
}
