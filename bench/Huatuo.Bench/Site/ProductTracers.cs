using Huatuo.AutoTracing;
using Huatuo.Tracers;

namespace Huatuo.Bench.Site;

/// <summary>What the program can run.</summary>
internal static class ProductTracers
{
    /// <summary>The names of all tracers, auto-tracers included.</summary>
    internal static string[] Names() => [.. TracerCatalog.All.Concat(AutoTracerCatalog.Create(TimeProvider.System)).Select(tracer => tracer.Name)];
}
