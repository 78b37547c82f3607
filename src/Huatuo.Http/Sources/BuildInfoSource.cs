using Huatuo.Flow.Metrics;

namespace Huatuo.Http.Sources;

/// <summary><c>huatuo_build_info</c>: which program wrote the other metrics.</summary>
public sealed class BuildInfoSource(VersionInfo version) : IMetricSource
{
    /// <inheritdoc/>
    public string Name => "build";

    /// <inheritdoc/>
    public void Write(MetricWriter writer)
    {
        writer.Family("huatuo_build_info", MetricKind.Info, "The program that serves this page.");
        writer.Sample(
            1,
            new Label("version", version.Version),
            new Label("commit", version.Commit),
            new Label("dotnet", version.Dotnet),
            new Label("flavour", version.Flavour));
    }
}
