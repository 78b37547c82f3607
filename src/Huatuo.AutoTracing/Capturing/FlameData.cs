using System.Text;
using Huatuo.Flow.Documents;
using Huatuo.Profiling;

namespace Huatuo.AutoTracing.Capturing;

/// <summary>A flame graph as rows in the order of a walk through its tree, which Grafana's panel reads.</summary>
internal sealed record FlameData
{
    /// <summary>The rows; the first is the root, of all samples.</summary>
    internal IReadOnlyList<FlameRow> Rows { get; init; } = [];

    /// <summary>What the rows sum.</summary>
    internal ProfileUnit Unit { get; init; } = ProfileUnit.Count;

    /// <summary>How many samples there are in it.</summary>
    internal long Samples { get; init; }

    /// <summary>Samples that found no room.</summary>
    internal long Lost { get; init; }

    /// <summary>Functions that were too many for a document; their samples are their callers'.</summary>
    internal int Omitted { get; init; }

    /// <summary>How long it was sampled.</summary>
    internal TimeSpan Duration { get; init; }

    /// <summary>What went wrong; null when nothing.</summary>
    internal string? Error { get; init; }

    /// <summary>Writes <c>flamedata[{level, value, self, label}]</c> and <c>capture{duration_ns, samples, lost, omitted, error}</c>.</summary>
    internal void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.BeginArray("flamedata"u8);
        foreach (FlameRow row in Rows)
        {
            writer.BeginElement();
            writer.Number("level"u8, (long)row.Level);
            writer.Number("value"u8, row.Value);
            writer.Number("self"u8, row.Self);
            writer.Text("label"u8, row.Label);
            writer.EndObject();
        }
        writer.EndArray();
        writer.BeginObject("capture"u8);
        writer.Number("duration_ns"u8, Duration.Ticks * TimeSpan.NanosecondsPerTick);
        writer.Number("samples"u8, Samples);
        writer.Number("lost"u8, Lost);
        writer.Number("omitted"u8, (long)Omitted);
        if (Error is { } error)
            writer.Text("error"u8, Encoding.UTF8.GetBytes(error));
        writer.EndObject();
    }
}

/// <summary>One function where stacks came through.</summary>
/// <param name="Level">How many are outside of it.</param>
/// <param name="Value">The unit summed over it and all that it calls.</param>
/// <param name="Self">Over it alone.</param>
/// <param name="Label">Its name, in UTF-8.</param>
internal readonly record struct FlameRow(int Level, long Value, long Self, byte[] Label);
