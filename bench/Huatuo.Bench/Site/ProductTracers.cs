using Huatuo.AutoTracing;
using Huatuo.Tracers;

namespace Huatuo.Bench.Site;

/// <summary>What the program can run.</summary>
internal static class ProductTracers
{
    /// <summary>The names of all tracers, auto-tracers included.</summary>
    internal static string[] Names() => [.. TracerCatalog.All.Concat(AutoTracerCatalog.Create(TimeProvider.System)).Select(tracer => tracer.Name)];

    /// <summary>The agent's options for dropwatch and the files of events alone: no other tracer, no event store.</summary>
    internal static string[] DropwatchAlone() =>
        [.. Names().Select(name => $"tracers.{name}.enabled={(name == "dropwatch" ? "true" : "false")}"), "store.sqlite.enabled=false"];
}
