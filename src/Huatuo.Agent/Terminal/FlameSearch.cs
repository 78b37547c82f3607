using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Huatuo.Profiling;

namespace Huatuo.Agent.Terminal;

/// <summary>The frames whose names a regular expression matches.</summary>
internal sealed class FlameSearch
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);
    private readonly bool[] _frames;
    private readonly List<int> _nodes = [];
    private readonly FlameTree _tree;

    private FlameSearch(FlameTree tree, string pattern, bool[] frames)
    {
        (_tree, Pattern, _frames) = (tree, pattern, frames);
        long within = 0;
        // In the order of the picture: a node, then those within it.
        var open = new Stack<(int Node, bool IsWithin)>([(StackTree.Root, false)]);
        while (open.TryPop(out (int Node, bool IsWithin) next))
        {
            bool found = Matches(next.Node);
            if (found)
                _nodes.Add(next.Node);
            if (found && !next.IsWithin)
                within += tree.Total(next.Node);
            ReadOnlySpan<int> children = tree.Children(next.Node);
            for (int i = children.Length - 1; i >= 0; i--)
                open.Push((children[i], found || next.IsWithin));
        }
        Share = tree.Share(within);
    }

    /// <summary>The expression.</summary>
    internal string Pattern { get; }

    /// <summary>How many places match.</summary>
    internal int Count => _nodes.Count;

    /// <summary>The part of all that those took with all within them, each counted once; from 0 to 1.</summary>
    internal double Share { get; }

    /// <summary>Looks at every name once.</summary>
    internal static bool TryFind(FlameTree tree, string pattern, [NotNullWhen(true)] out FlameSearch? search, [NotNullWhen(false)] out string? error)
    {
        (search, error) = (null, null);
        try
        {
            var expression = new Regex(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, s_patience);
            var frames = new bool[tree.FrameCount];
            long started = Stopwatch.GetTimestamp();
            for (int frame = 0; frame < frames.Length; frame++)
            {
                frames[frame] = expression.IsMatch(tree.Frame(frame).Name);
                if (Stopwatch.GetElapsedTime(started) > s_patience)
                    throw new RegexMatchTimeoutException();
            }
            search = new FlameSearch(tree, pattern, frames);
            return true;
        }
        catch (RegexMatchTimeoutException)
        {
            error = "the expression takes too long";
        }
        catch (ArgumentException wrong)
        {
            error = wrong.Message;
        }
        return false;
    }

    /// <summary>Whether a node matches.</summary>
    internal bool Matches(int node) => node > StackTree.Root && _frames[_tree.FrameNumber(node)];

    /// <summary>The next place after a node, or the one before it, round and round; there is one.</summary>
    internal int Next(int node, int step)
    {
        int at = _nodes.IndexOf(node);
        return at < 0 ? _nodes[0] : _nodes[(at + step + _nodes.Count) % _nodes.Count];
    }
}
