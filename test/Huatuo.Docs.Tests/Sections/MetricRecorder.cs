using Huatuo.Flow.Metrics;

namespace Huatuo.Docs.Tests.Sections;

/// <summary>Keeps the families that sources write, with the names of their labels.</summary>
internal sealed class MetricRecorder : MetricWriter
{
    private readonly List<RecordedFamily> _families = [];

    public IReadOnlyList<RecordedFamily> Families => _families;

    public override void Family(string name, MetricKind kind, string help) => _families.Add(new RecordedFamily(name, kind, help, []));

    public override void Sample(double value, params ReadOnlySpan<Label> labels)
    {
        if (_families[^1].Labels.Count > 0)
            return;
        foreach (Label label in labels)
            _families[^1].Labels.Add(label.Name);
    }
}

/// <summary>One family.</summary>
internal sealed record RecordedFamily(string Name, MetricKind Kind, string Help, List<string> Labels);
