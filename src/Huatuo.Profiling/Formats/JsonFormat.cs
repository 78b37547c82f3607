using System.Text.Json;
using Huatuo.Bpf.Abi;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.Formats;

/// <summary>What was measured and how, and the tree of frames: each with what it and all within it took, the most first.</summary>
internal static class JsonFormat
{
    private const int Deepest = 1024;

    /// <summary>Writes a profile.</summary>
    internal static void Write(Profile profile, Stream output)
    {
        (string Name, ProfileUnit Unit, long[] Totals)[] sums = [.. profile.Kind.Units.Reverse().Select(unit => (Name(unit), unit, profile.Stacks.Totals(unit)))];
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { MaxDepth = Deepest });
        json.WriteStartObject();
        json.WriteString("kind", profile.Kind.Name);
        if (profile.Kind.Event is { } what)
            json.WriteString("event", what);
        json.WriteString("start", profile.Start.UtcDateTime);
        json.WriteNumber("duration_ns", profile.Duration.Ticks * 100);
        json.WriteNumber("period_ns", profile.PeriodNanoseconds);
        foreach ((string name, _, long[] totals) in sums)
            json.WriteNumber("total_" + name, totals[StackTree.Root]);
        json.WriteStartObject("samples");
        json.WriteNumber("seen", profile.Kernel.Seen);
        json.WriteNumber("idle", profile.Kernel.Idle);
        json.WriteNumber("filtered", profile.Kernel.Filtered);
        json.WriteNumber("brief", profile.Kernel.Brief);
        json.WriteNumber("lost", profile.Kernel.Lost);
        json.WriteNumber("sampled", profile.Kernel.Sampled);
        json.WriteNumber("dropped", profile.Dropped);
        json.WriteNumber("cut_stacks", profile.Kernel.Cut);
        json.WriteEndObject();
        json.WriteStartObject("frames");
        json.WriteNumber("named", profile.Symbols.Named);
        json.WriteNumber("nameless", profile.Symbols.Nameless);
        json.WriteNumber("anonymous", profile.Symbols.Anonymous);
        json.WriteNumber("unreadable", profile.Symbols.Unreadable);
        json.WriteNumber("gone", profile.Symbols.Gone);
        json.WriteNumber("kernel", profile.Symbols.Kernel);
        json.WriteEndObject();
        if (profile.Symbols.PackedUnread > 0)
            json.WriteNumber("packed_symbols_unread", profile.Symbols.PackedUnread);
        if (profile.Unwinding is { } unwinding)
            Write(json, unwinding);
        json.WriteStartArray("stacks");
        List<int>?[] children = profile.Stacks.Children();
        foreach (int node in Sorted(children[StackTree.Root], sums[0].Totals))
            Write(json, profile, children, sums, node);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, in UnwindCounters counts)
    {
        json.WriteStartObject("unwind");
        foreach ((string name, ulong value) in UnwindOutcomes.Of(counts))
            json.WriteNumber(name, value);
        json.WriteNumber("table_frames", counts.TableFrames);
        json.WriteNumber("pointer_frames", counts.PointerFrames);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Profile profile, List<int>?[] children, (string Name, ProfileUnit Unit, long[] Totals)[] sums, int node)
    {
        StackTree.Node at = profile.Stacks[node];
        Frame frame = profile.Frames[at.Frame];
        json.WriteStartObject();
        json.WriteString("name", frame.Name);
        if (frame.Module.Length > 0)
            json.WriteString("module", frame.Module);
        json.WriteString("kind", frame.Kind.ToString().ToLowerInvariant());
        foreach ((string name, _, long[] totals) in sums)
            json.WriteNumber("total_" + name, totals[node]);
        if (at.Count > 0)
        {
            foreach ((string name, ProfileUnit unit, _) in sums)
                json.WriteNumber("self_" + name, at.Value(unit));
            json.WriteNumber("self_count", at.Count);
        }
        if (children[node] is { } within)
        {
            json.WriteStartArray("children");
            foreach (int child in Sorted(within, sums[0].Totals))
                Write(json, profile, children, sums, child);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static string Name(ProfileUnit unit) => unit switch { ProfileUnit.Bytes => "bytes", ProfileUnit.Cycles => "cycles", _ => "ns" };

    private static IEnumerable<int> Sorted(IEnumerable<int>? nodes, long[] totals) => (nodes ?? []).OrderByDescending(node => totals[node]).ThenBy(node => node);
}
