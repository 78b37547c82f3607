using Huatuo.Profiling;

namespace Huatuo.Agent.Terminal;

/// <summary>Where the frames of a flame graph are: a row for each depth, the root's first.</summary>
internal static class FlameLayout
{
    // Half a column is rounded up to one.
    private const double Narrowest = 0.5;

    /// <summary>The first rows. Nothing that is narrower than a column is looked at, however much there is of it.</summary>
    /// <param name="tree">The frames.</param>
    /// <param name="zoom">The node that is as wide as the screen, as are those that it is in.</param>
    /// <param name="columns">How wide that is.</param>
    /// <param name="rows">At most so many.</param>
    internal static List<List<FlameCell>> Rows(FlameTree tree, int zoom, int columns, int rows)
    {
        var layout = new List<List<FlameCell>>();
        foreach (int node in Path(tree, zoom).Take(rows))
            layout.Add([new FlameCell(node, 0, columns)]);
        while (layout.Count < rows)
        {
            List<FlameCell> below = [];
            foreach (FlameCell cell in layout[^1])
                if (cell.Node != FlameCell.Narrow)
                    Within(tree, cell, below);
            if (below.Count == 0)
                break;
            layout.Add(below);
        }
        return layout;
    }

    /// <summary>The nodes that a node is in, from the root on, and it.</summary>
    internal static List<int> Path(FlameTree tree, int node)
    {
        List<int> path = [];
        for (; node >= 0; node = tree.Parent(node))
            path.Add(node);
        path.Reverse();
        return path;
    }

    private static void Within(FlameTree tree, FlameCell cell, List<FlameCell> row)
    {
        double scale = tree.Total(cell.Node) > 0 ? cell.Width / tree.Total(cell.Node) : 0;
        double start = cell.Start, end = cell.Start + cell.Width, rest = Math.Max(0, cell.Width - tree.Self(cell.Node) * scale);
        foreach (int child in tree.Children(cell.Node))
        {
            double wide = Math.Clamp(tree.Total(child) * scale, 0, end - start);
            var next = new FlameCell(child, start, wide);
            if (wide < Narrowest)
            {
                next = new FlameCell(FlameCell.Narrow, start, Math.Clamp(rest, 0, end - start));
                if (next.Columns > 0)
                    row.Add(next);
                return;
            }
            if (next.Columns > 0)
                row.Add(next);
            start += wide;
            rest -= wide;
        }
    }
}
