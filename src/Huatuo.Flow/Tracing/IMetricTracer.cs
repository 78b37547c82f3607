using Huatuo.Bpf;
using Huatuo.Flow.Metrics;

namespace Huatuo.Flow.Tracing;

/// <summary>One run of a tracer that gives metrics: reads files, or maps of a BPF object, when it is asked.</summary>
/// <remarks>Used by one thread at a time.</remarks>
public interface IMetricTracer : ITracer
{
    /// <summary>
    /// Writes the families of <see cref="MetricTracerDefinition.Families"/> for one scrape. What is missing on this machine is
    /// left out; what throws takes back the tracer's part of the page, and is counted.
    /// </summary>
    /// <param name="writer">The scrape.</param>
    void Write(MetricWriter writer);
}

/// <summary>One run of a tracer whose metrics are kept by BPF programs in maps.</summary>
/// <remarks>One that is <see cref="IDisposable"/> is disposed of while its object is still there.</remarks>
public interface IProgramMetricTracer : IMetricTracer
{
    /// <summary>Whether its programs are attached; else it runs them itself.</summary>
    bool Attaches => true;

    /// <summary>Opens the BPF object and sets knobs and sizes of maps.</summary>
    /// <exception cref="BpfException">The object cannot be opened.</exception>
    BpfObject Open();

    /// <summary>Fills maps, between load and attach.</summary>
    /// <exception cref="BpfException">The kernel refuses an entry.</exception>
    void Loaded()
    {
    }
}
