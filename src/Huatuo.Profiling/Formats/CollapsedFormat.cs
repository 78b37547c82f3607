using System.Globalization;
using System.Text;

namespace Huatuo.Profiling.Formats;

/// <summary>
/// A line for each stack: its frames, the outermost first, separated by semicolons, a blank, and a number: samples of time
/// on a CPU, microseconds of other time, or bytes. Frames of the kernel end in <c>_[k]</c>.
/// </summary>
internal static class CollapsedFormat
{
    internal const string KernelMark = "_[k]";

    /// <summary>Writes a profile.</summary>
    internal static void Write(Profile profile, Stream output)
    {
        using var writer = new StreamWriter(output, new UTF8Encoding(false), leaveOpen: true);
        for (int node = 1; node < profile.Stacks.Count; node++)
        {
            StackTree.Node end = profile.Stacks[node];
            if (end.Count == 0)
                continue;
            writer.Write(string.Join(';', profile.Stacks.Path(node).Select(frame => Text(profile.Frames[frame]))));
            writer.Write(' ');
            writer.Write(Weight(profile, end).ToString(CultureInfo.InvariantCulture));
            writer.Write('\n');
        }
    }

    private static long Weight(Profile profile, StackTree.Node end) => profile.PeriodNanoseconds > 0 ? end.Count : profile.Kind.Weight == ProfileUnit.Nanoseconds ? end.Nanoseconds / 1000 : end.Amount;

    private static string Text(in Frame frame)
    {
        string name = frame.Kind == FrameKind.Kernel ? frame.Name + KernelMark : frame.Name;
        return name.AsSpan().IndexOfAny(";\n\r") < 0 ? name : name.Replace(';', ':').ReplaceLineEndings(" ");
    }
}
