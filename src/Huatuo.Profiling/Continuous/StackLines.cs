using System.Text;

namespace Huatuo.Profiling.Continuous;

/// <summary>
/// A stack as one text: a line for each frame, the innermost first: its kind (p, u, k, r), a tab, its name, and, when it is
/// known, a tab and its module.
/// </summary>
internal static class StackLines
{
    /// <summary>Longer names are cut, so that a stack has a bound.</summary>
    internal const int LongestName = 256;

    /// <summary>Writes a stack.</summary>
    /// <param name="frames">All frames.</param>
    /// <param name="path">Those of the stack, the outermost first.</param>
    internal static string Write(FrameTable frames, ReadOnlySpan<int> path)
    {
        var text = new StringBuilder();
        for (int i = path.Length - 1; i >= 0; i--)
        {
            Frame frame = frames[path[i]];
            if (text.Length > 0)
                text.Append('\n');
            text.Append(Mark(frame.Kind)).Append('\t');
            Append(text, frame.Name);
            if (frame.Module.Length > 0)
                Append(text.Append('\t'), frame.Module);
        }
        return text.ToString();
    }

    /// <summary>Reads a stack; lines that are none are left out.</summary>
    /// <param name="text">It.</param>
    /// <param name="frames">Takes the frames.</param>
    /// <returns>The numbers of its frames, the outermost first.</returns>
    internal static int[] Read(string text, FrameTable frames)
    {
        List<int> path = [];
        foreach (Range range in text.AsSpan().Split('\n'))
        {
            string[] parts = text[range].Split('\t', 3);
            if (parts.Length > 1 && KindOf(parts[0]) is { } kind)
                path.Add(frames.Intern(new Frame(parts[1], parts.Length > 2 ? parts[2] : "", kind)));
        }
        path.Reverse();
        return [.. path];
    }

    private static void Append(StringBuilder text, string name)
    {
        int length = Math.Min(name.Length, LongestName);
        // Not between the halves of a character.
        if (length < name.Length && char.IsHighSurrogate(name[length - 1]))
            length--;
        foreach (char letter in name.AsSpan(0, length))
            text.Append(letter is '\t' or '\n' ? ' ' : letter);
    }

    private static char Mark(FrameKind kind) => kind switch
    {
        FrameKind.Process => 'p',
        FrameKind.User => 'u',
        FrameKind.Kernel => 'k',
        _ => 'r',
    };

    private static FrameKind? KindOf(string mark) => mark switch
    {
        "p" => FrameKind.Process,
        "u" => FrameKind.User,
        "k" => FrameKind.Kernel,
        "r" => FrameKind.Reason,
        _ => null,
    };
}
