using Huatuo.AutoTracing.Capturing;
using Huatuo.AutoTracing.Iotracing;
using Huatuo.AutoTracing.Looking;

namespace Huatuo.AutoTracing;

/// <summary>What all auto-tracers share. Nothing of it runs before the first of them does.</summary>
/// <param name="Loop">Looks.</param>
/// <param name="Lane">Takes pictures, one at a time.</param>
/// <param name="Flames">Takes flame graphs.</param>
/// <param name="Files">Looks which files are read and written.</param>
internal sealed record AutoTraceStation(SamplingLoop Loop, CaptureLane Lane, IFlameSource Flames, IFileWatches Files)
{
    /// <summary>That of a program.</summary>
    internal static AutoTraceStation Of(TimeProvider time) => new(new SamplingLoop(time), new CaptureLane(), new ProfilerFlames(time), new FileWatches());
}
