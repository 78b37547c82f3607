using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Linux;

namespace Huatuo.Tracers.Tests;

/// <summary>A collector over a made-up tree of proc and sys.</summary>
internal sealed class CollectorStand : IDisposable
{
    private readonly Proc _tree = new();

    internal CollectorStand() => Services = new TracerServices(null!, null!, null!, null!, "events") { Roots = SystemRoots.Below(_tree.Root) };

    internal TracerServices Services { get; }

    internal string Root => _tree.Root;

    /// <summary>Writes a file: <c>proc/net/arp</c>.</summary>
    internal CollectorStand Write(string path, string content)
    {
        _tree.Write(path, content);
        return this;
    }

    /// <summary>Makes a symbolic link.</summary>
    internal CollectorStand Link(string path, string target)
    {
        _tree.Link(path, target);
        return this;
    }

    /// <summary>A run that can be asked several times.</summary>
    internal Func<string> Start(MetricTracerDefinition definition, params string[] settings) => Start(definition, Services, settings);

    /// <summary>The same with other services.</summary>
    internal Func<string> Start(MetricTracerDefinition definition, TracerServices services, params string[] settings)
    {
        var diagnostics = new Diagnostics();
        ConfigNode? section = Override.Apply(null, settings.Select(setting => Override.TryParse(setting, out Override? value, out _) ? value : throw new ArgumentException(setting)), diagnostics);
        var options = (TracerOptions)definition.Options.Bind(section, diagnostics);
        Assert.Empty(diagnostics.Errors);
        var run = (IMetricTracer)definition.Create(options, services);
        return () =>
        {
            var page = new MetricPage(definition);
            run.Write(page);
            return page.Text.TrimEnd('\n');
        };
    }

    /// <summary>One scrape of a new run.</summary>
    internal string Scrape(MetricTracerDefinition definition, params string[] settings) => Start(definition, settings)();

    public void Dispose() => _tree.Dispose();
}
