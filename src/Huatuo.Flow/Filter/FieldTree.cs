using System.Runtime.InteropServices;
using System.Text;

namespace Huatuo.Flow.Filter;

/// <summary>The field paths of all conditions as a tree, so that a walk over an event never builds a path.</summary>
internal sealed class FieldTree
{
    /// <summary>The document itself.</summary>
    public const int Root = 0;

    /// <summary>No node: nobody asks for this field.</summary>
    public const int None = -1;

    // What follows is one name, as the names of labels have dots.
    private const string Labels = "pod_labels.";

    private readonly List<Node> _nodes = [new Node([], None)];

    /// <summary>The conditions that ask for a node.</summary>
    public ReadOnlySpan<int> Conditions(int node) => CollectionsMarshal.AsSpan(_nodes[node].Conditions);

    /// <summary>The node above.</summary>
    public int Parent(int node) => _nodes[node].Parent;

    /// <summary>The node of a field inside another, or <see cref="None"/>.</summary>
    public int Child(int node, ReadOnlySpan<byte> name)
    {
        foreach (int child in _nodes[node].Children)
        {
            if (name.SequenceEqual(_nodes[child].Name))
                return child;
        }

        return None;
    }

    /// <summary>Notes that a condition asks for a path.</summary>
    public void Add(string path, int condition)
    {
        int node = Root;
        foreach (string segment in path.StartsWith(Labels, StringComparison.Ordinal) ? path.Split('.', 2) : path.Split('.'))
        {
            byte[] name = Encoding.UTF8.GetBytes(segment);
            int child = Child(node, name);
            if (child == None)
            {
                child = _nodes.Count;
                _nodes.Add(new Node(name, node));
                _nodes[node].Children.Add(child);
            }

            node = child;
        }

        _nodes[node].Conditions.Add(condition);
    }

    private sealed class Node(byte[] name, int parent)
    {
        public byte[] Name { get; } = name;

        public int Parent { get; } = parent;

        public List<int> Children { get; } = [];

        public List<int> Conditions { get; } = [];
    }
}
