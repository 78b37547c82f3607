using Huatuo.Bpf.Features;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Linux;
using Huatuo.Profiling;
using Huatuo.Profiling.Capturing;
using Huatuo.Profiling.Catalog;
using Huatuo.Profiling.OnCpu;

namespace Huatuo.AutoTracing.Capturing;

/// <summary>Flame graphs by the profilers of the catalogue, each loaded for one alone.</summary>
/// <param name="time">Time.</param>
internal sealed class ProfilerFlames(TimeProvider time) : IFlameSource
{
    internal const string Stopped = "ended early: the tracer was stopped";

    /// <inheritdoc/>
    public Task<FlameData> TakeAsync(ProfileTarget target, TimeSpan duration, TracerServices services, CancellationToken stop) =>
        TakeAsync(OnCpuProfiler.Definition, target, duration, services, stop);

    /// <inheritdoc/>
    public async Task<FlameData> TakeAsync(ProfilerDefinition profiler, ProfileTarget target, TimeSpan duration, TracerServices services, CancellationToken stop, ProfileUnit? unit = null)
    {
        if (stop.IsCancellationRequested)
            return new FlameData { Error = Stopped };
        try
        {
            await services.Stacks.Symbols.ReadyAsync().ConfigureAwait(false);
            using IProfiler running = Start(new ProfileOrder(profiler, profiler.Options.Bind(null, new Diagnostics()), target, SplitsProcesses: false), services);
            try
            {
                await ProfileCapture.TakeAsync(running, null, duration, time, stop, elapsed => services.Progress(Told(elapsed))).ConfigureAwait(false);
            }
            finally
            {
                services.Progress(Told(duration) with { IsOver = true });
            }
            return FlameRows.Of(running.Profile, unit: unit ?? WeightOf(running.Profile.Kind)) with { Error = stop.IsCancellationRequested ? Stopped : null };

            CaptureProgress Told(TimeSpan elapsed) => new(profiler.Name, elapsed, duration, running.Profile.Kernel.Sampled, running.Profile.Kind.Events);
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return new FlameData { Error = fault.Message };
        }
    }

    private static ProfileUnit WeightOf(ProfileKind kind) => kind == ProfileKind.OnCpu ? ProfileUnit.Count : kind.Weight;

    private IProfiler Start(ProfileOrder order, TracerServices services)
    {
        using KernelBtf? btf = KernelBtf.TryOpen();
        KernelRelease.TryRead(out KernelRelease release);
        KernelFeatures kernel = KernelFeatures.Probe(release, btf);
        return order.Lacks(kernel, btf) is { } lacking
            ? throw new IOException($"{order.Profiler.Name} needs {lacking.Feature}; {lacking.Hint}")
            : order.Start(services.Stacks.Symbols, kernel, time);
    }
}
