using Huatuo.Profiling;

namespace Huatuo.Agent.Terminal;

/// <summary>What of a flame graph is looked at, and what keys change in that.</summary>
internal sealed class FlameView
{
    private const int LongestPattern = 200;
    private int _columns = 80;
    private int _rows = 20;
    private int _value;

    /// <param name="trees">One for each value, with the same nodes.</param>
    internal FlameView(IReadOnlyList<FlameTree> trees)
    {
        Trees = trees;
        Lay();
    }

    /// <summary>One for each value.</summary>
    internal IReadOnlyList<FlameTree> Trees { get; }

    /// <summary>That of the value that is shown.</summary>
    internal FlameTree Tree => Trees[_value];

    /// <summary>The node that is as wide as the screen.</summary>
    internal int Zoom { get; private set; }

    /// <summary>The node that is told of.</summary>
    internal int Selected { get; private set; }

    /// <summary>The depth of the first row on the screen.</summary>
    internal int Top { get; private set; }

    /// <summary>What was searched for; null for nothing.</summary>
    internal FlameSearch? Search { get; private set; }

    /// <summary>What is typed to be searched for; null when it is not.</summary>
    internal string? Typed { get; private set; }

    /// <summary>What is to be said once.</summary>
    internal string Message { get; private set; } = "";

    /// <summary>Whether the keys are explained.</summary>
    internal bool IsHelp { get; private set; }

    /// <summary>All rows down to the screen's last one.</summary>
    internal IReadOnlyList<IReadOnlyList<FlameCell>> Rows { get; private set; } = [];

    /// <summary>There is so much room for rows.</summary>
    internal void Resize(int columns, int rows)
    {
        (_columns, _rows) = (Math.Max(1, columns), Math.Max(1, rows));
        Lay();
    }

    /// <summary>Does what a key says.</summary>
    /// <returns>False to end.</returns>
    internal bool Take(ConsoleKeyInfo key)
    {
        Message = "";
        if (key is { Key: ConsoleKey.C, Modifiers: ConsoleModifiers.Control })
            return false;
        if (Typed is not null)
            Type(key);
        else if (IsHelp)
            IsHelp = false;
        else if (key.KeyChar == 'q')
            return false;
        else
            Do(key);
        Lay();
        return true;
    }

    private void Do(ConsoleKeyInfo key)
    {
        switch ((key.Key, key.KeyChar))
        {
            case (ConsoleKey.LeftArrow, _) or (_, 'h'):
                Beside(-1);
                break;
            case (ConsoleKey.RightArrow, _) or (_, 'l'):
                Beside(1);
                break;
            case (ConsoleKey.UpArrow, _) or (_, 'k'):
                Selected = Math.Max(StackTree.Root, Tree.Parent(Selected));
                break;
            case (ConsoleKey.DownArrow, _) or (_, 'j'):
                Deeper(1);
                break;
            case (ConsoleKey.PageDown, _) or (_, ' '):
                Deeper(_rows);
                break;
            case (ConsoleKey.PageUp, _) or (_, 'b'):
                for (int i = 0; i < _rows && Selected != StackTree.Root; i++)
                    Selected = Tree.Parent(Selected);
                break;
            case (ConsoleKey.Home, _) or (_, 'g'):
                (Zoom, Selected) = (StackTree.Root, StackTree.Root);
                break;
            case (ConsoleKey.End, _) or (_, 'G'):
                Deeper(int.MaxValue);
                break;
            case (ConsoleKey.Enter, _):
                Zoom = Selected;
                break;
            case (ConsoleKey.Escape, _) when Search is not null:
                Search = null;
                break;
            case (ConsoleKey.Backspace or ConsoleKey.Escape, _) or (_, 'u'):
                Zoom = Math.Max(StackTree.Root, Tree.Parent(Zoom));
                break;
            case (_, '/'):
                Typed = "";
                break;
            case (_, 'n') when Search is not null:
                Go(Search.Next(Selected, 1));
                break;
            case (_, 'N') when Search is not null:
                Go(Search.Next(Selected, -1));
                break;
            case (_, 'v'):
                ShowNextValue();
                break;
            case (_, '?'):
                IsHelp = true;
                break;
        }
    }

    private void Type(ConsoleKeyInfo key)
    {
        switch (key.Key)
        {
            case ConsoleKey.Escape:
                Typed = null;
                break;
            case ConsoleKey.Enter:
                Find(Typed!);
                Typed = null;
                break;
            case ConsoleKey.Backspace:
                Typed = Typed!.Length > 0 ? Typed[..^1] : null;
                break;
            default:
                if (!char.IsControl(key.KeyChar) && Typed!.Length < LongestPattern)
                    Typed += key.KeyChar;
                break;
        }
    }

    private void Find(string pattern)
    {
        Search = null;
        if (pattern.Length == 0)
            return;
        if (!FlameSearch.TryFind(Tree, pattern, out FlameSearch? search, out string? error))
            Message = error;
        else if (search.Count == 0)
            Message = $"nothing matches {pattern}";
        else
        {
            Search = search;
            Go(search.Matches(Selected) ? Selected : search.Next(Selected, 1));
        }
    }

    private void ShowNextValue()
    {
        _value = (_value + 1) % Trees.Count;
        while (Zoom != StackTree.Root && Tree.Total(Zoom) <= 0)
            Zoom = Tree.Parent(Zoom);
        if (Search is { } old)
            Search = FlameSearch.TryFind(Tree, old.Pattern, out FlameSearch? search, out _) ? search : null;
    }

    private void Beside(int step)
    {
        List<int> row = [.. Rows[Depth(Selected)].Select(cell => cell.Node).Where(node => node != FlameCell.Narrow)];
        Selected = row[Math.Clamp(row.IndexOf(Selected) + step, 0, row.Count - 1)];
    }

    // Along the widest of what is within.
    private void Deeper(int steps)
    {
        for (int depth = Depth(Selected); steps > 0; steps--)
        {
            if (Rows.Count <= ++depth)
                Rows = FlameLayout.Rows(Tree, Zoom, _columns, 2 * depth + _rows);
            if (Rows.Count <= depth)
                return;
            int within = Rows[depth].FirstOrDefault(cell => cell.Node != FlameCell.Narrow && Tree.Parent(cell.Node) == Selected).Node;
            if (within == StackTree.Root)
                return;
            Selected = within;
        }
    }

    // Makes a place that is too narrow to be seen as wide as the screen.
    private void Go(int node)
    {
        Selected = node;
        if (!IsShown(node))
            Zoom = node;
    }

    private bool IsShown(int node) => Shown(node) == node;

    // The innermost of a node and those that it is in that has a place of its own.
    private int Shown(int node)
    {
        List<int> path = FlameLayout.Path(Tree, node);
        List<List<FlameCell>> rows = FlameLayout.Rows(Tree, Zoom, _columns, path.Count);
        int depth = Math.Min(path.Count, rows.Count) - 1;
        while (!rows[depth].Any(cell => cell.Node == path[depth]))
            depth--;
        return path[depth];
    }

    private int Depth(int node) => FlameLayout.Path(Tree, node).Count - 1;

    // What is selected is on the screen, or what it is in.
    private void Lay()
    {
        Selected = Shown(Selected);
        int depth = Depth(Selected);
        Top = Math.Clamp(Top, Math.Max(0, depth - _rows + 1), depth);
        Rows = FlameLayout.Rows(Tree, Zoom, _columns, Math.Max(Top + _rows, depth + 2));
    }
}
