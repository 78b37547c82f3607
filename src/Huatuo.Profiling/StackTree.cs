namespace Huatuo.Profiling;

/// <summary>Stacks that share what they have in common from the outermost frame on.</summary>
internal sealed class StackTree
{
    /// <summary>How many nodes it has at most.</summary>
    internal const int Most = 1 << 20;

    /// <summary>The node above all stacks.</summary>
    internal const int Root = 0;

    private readonly List<Node> _nodes = [new Node(-1, -1, 0, 0, 0)];
    private readonly Dictionary<(int Parent, int Frame), int> _children = [];

    /// <summary>One frame where a stack came through, or ended.</summary>
    /// <param name="Parent">The node outside of it; a lower number than its own.</param>
    /// <param name="Frame">The frame's number.</param>
    /// <param name="Count">How often stacks ended here.</param>
    /// <param name="Nanoseconds">The time in those.</param>
    /// <param name="Amount">What they moved, took or used: of bytes or of cycles, as the kind of the profile says.</param>
    internal readonly record struct Node(int Parent, int Frame, long Count, long Nanoseconds, long Amount)
    {
        /// <summary>One of the three.</summary>
        internal long Value(ProfileUnit unit) => unit switch
        {
            ProfileUnit.Bytes or ProfileUnit.Cycles => Amount,
            ProfileUnit.Count => Count,
            _ => Nanoseconds,
        };
    }

    internal int Count => _nodes.Count;

    internal Node this[int node] => _nodes[node];

    /// <summary>Adds to a stack.</summary>
    /// <param name="frames">The outermost first.</param>
    /// <param name="count">How often.</param>
    /// <param name="nanoseconds">For how long.</param>
    /// <param name="amount">What was moved, taken or used.</param>
    /// <returns>False when there is no room for it.</returns>
    internal bool Add(IReadOnlyList<int> frames, long count, long nanoseconds, long amount = 0)
    {
        int node = Place(frames);
        if (node == Root)
            return false;
        AddTo(node, count, nanoseconds, amount);
        return true;
    }

    /// <summary>The node of a stack, which is there from then on; that of the root when there is no room for it.</summary>
    internal int Place(IReadOnlyList<int> frames)
    {
        int node = Root;
        foreach (int frame in frames)
        {
            if (!_children.TryGetValue((node, frame), out int child))
            {
                if (_nodes.Count >= Most)
                    return Root;
                child = _nodes.Count;
                _children[(node, frame)] = child;
                _nodes.Add(new Node(node, frame, 0, 0, 0));
            }
            node = child;
        }
        return node;
    }

    /// <summary>Adds to the stack that ends in a node, or takes away from it.</summary>
    internal void AddTo(int node, long count, long nanoseconds, long amount)
    {
        Node end = _nodes[node];
        _nodes[node] = end with { Count = end.Count + count, Nanoseconds = end.Nanoseconds + nanoseconds, Amount = end.Amount + amount };
    }

    /// <summary>The frames of a node, the outermost first.</summary>
    internal int[] Path(int node)
    {
        List<int> path = [];
        for (; node > Root; node = _nodes[node].Parent)
            path.Add(_nodes[node].Frame);
        path.Reverse();
        return [.. path];
    }

    /// <summary>The time, or what else is asked for, in each node and all within it, by number; that of the root is all.</summary>
    internal long[] Totals(ProfileUnit unit = ProfileUnit.Nanoseconds)
    {
        var totals = new long[_nodes.Count];
        for (int node = _nodes.Count - 1; node >= 0; node--)
        {
            totals[node] += _nodes[node].Value(unit);
            if (node > Root)
                totals[_nodes[node].Parent] += totals[node];
        }
        return totals;
    }

    /// <summary>The nodes directly within each, in no order.</summary>
    internal List<int>?[] Children()
    {
        var children = new List<int>?[_nodes.Count];
        for (int node = 1; node < _nodes.Count; node++)
            (children[_nodes[node].Parent] ??= []).Add(node);
        return children;
    }
}
