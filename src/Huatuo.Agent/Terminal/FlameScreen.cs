using System.Globalization;
using Huatuo.Profiling;
using Huatuo.Profiling.Formats;

namespace Huatuo.Agent.Terminal;

/// <summary>A flame graph as lines of a terminal, each as wide as that.</summary>
/// <param name="columns">How wide.</param>
/// <param name="lines">How many.</param>
/// <param name="hasColours">Else frames are told apart by bars.</param>
internal sealed class FlameScreen(int columns, int lines, bool hasColours)
{
    private const int FewLines = 6;
    private const string Plain = "", Bold = "1", Inverse = "7";

    private static readonly string[] s_help =
    [
        "arrows, h j k l   to the caller, the widest callee, the frames beside",
        "Enter             as wide as the screen; Backspace, u  one back",
        "g, G              to the root, to the end of the widest stack",
        "PgUp, PgDn        a screen up, down",
        "v                 the next value: bytes, how often, …",
        "/  n  N           search names by a regular expression; next, previous",
        "Esc               ends the search, else one back",
        "q, Ctrl-C         end",
    ];

    /// <summary>How many rows of frames there are on it.</summary>
    internal int Rows => Math.Max(1, lines - (lines >= FewLines ? 3 : lines > 1 ? 1 : 0));

    /// <summary>Draws it.</summary>
    /// <returns>Each line as runs of text with what selects its looks (ECMA-48, SGR).</returns>
    internal IReadOnlyList<IReadOnlyList<ScreenRun>> Draw(FlameView view)
    {
        List<IReadOnlyList<ScreenRun>> drawn = [];
        if (lines >= FewLines)
            drawn.Add([new ScreenRun(CellText.Fit(Title(view), columns), Bold)]);
        for (int row = view.Top; row < view.Top + Rows; row++)
            drawn.Add(view.IsHelp ? Help(row - view.Top) : row < view.Rows.Count ? Row(view, view.Rows[row]) : [new ScreenRun(CellText.Fit("", columns), Plain)]);
        if (lines > 1)
            drawn.Add([new ScreenRun(CellText.Fit(Foot(view), columns), view.Typed is null ? Plain : Bold)]);
        if (lines >= FewLines)
            drawn.Add([new ScreenRun(CellText.Fit("arrows move  Enter zooms  u back  / searches  ? help  q ends", columns), Plain)]);
        return drawn;
    }

    private static string Title(FlameView view)
    {
        FlameTree tree = view.Tree;
        string zoom = view.Zoom == StackTree.Root ? "" : $"  within {tree.FrameOf(view.Zoom).Name}";
        string search = view.Search is { } found ? string.Create(CultureInfo.InvariantCulture, $"  /{found.Pattern}: {found.Count} places, {100 * found.Share:0.##} %") : "";
        string values = view.Trees.Count > 1 ? "  v: another value" : "";
        return $"{tree.Kind}: {Amounts.Text(tree.Total(StackTree.Root), tree.Unit)}{search}{zoom}{values}";
    }

    private static string Foot(FlameView view)
    {
        if (view.Typed is { } typed)
            return "/" + typed;
        if (view.Message.Length > 0)
            return view.Message;
        FlameTree tree = view.Tree;
        Frame frame = tree.FrameOf(view.Selected);
        (long total, long self) = (tree.Total(view.Selected), tree.Self(view.Selected));
        string module = frame.Module.Length > 0 ? $" ({frame.Module})" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{100 * tree.Share(total):0.##} % {Amounts.Text(total, tree.Unit)}, itself {100 * tree.Share(self):0.##} % {Amounts.Text(self, tree.Unit)}  {frame.Name}{module}");
    }

    private IReadOnlyList<ScreenRun> Help(int line) => [new ScreenRun(CellText.Fit(line < s_help.Length ? s_help[line] : "", columns), Plain)];

    private List<ScreenRun> Row(FlameView view, IReadOnlyList<FlameCell> cells)
    {
        List<ScreenRun> row = [];
        int column = 0;
        foreach (FlameCell cell in cells)
        {
            if (cell.Column > column)
                row.Add(new ScreenRun(new string(' ', cell.Column - column), Plain));
            row.Add(Cell(view, cell));
            column = cell.Column + cell.Columns;
        }
        if (column < columns)
            row.Add(new ScreenRun(new string(' ', columns - column), Plain));
        return row;
    }

    private ScreenRun Cell(FlameView view, FlameCell cell)
    {
        if (cell.Node == FlameCell.Narrow)
            return new ScreenRun(new string('·', cell.Columns), Plain);
        Frame frame = view.Tree.FrameOf(cell.Node);
        string text = CellText.Fit(hasColours ? frame.Name : "|" + frame.Name, cell.Columns);
        if (cell.Node == view.Selected)
            return new ScreenRun(text, Inverse);
        bool isFound = view.Search?.Matches(cell.Node) == true;
        return new ScreenRun(text, hasColours ? $"{(isFound ? "1;97" : "30")};48;5;{(isFound ? 90 : Colour(frame))}" : isFound ? Bold : Plain);
    }

    // Of the 256 colours of xterm; the same name has the same one in every picture.
    private static int Colour(in Frame frame)
    {
        int shade = (int)(NameHash.Of(frame.Name) & 3);
        return frame.Kind switch
        {
            FrameKind.Kernel => 208 + shade % 2 * 6,
            FrameKind.Process => 114 + shade % 2 * 36,
            FrameKind.Reason => 75 + shade % 2 * 36,
            _ => 220 + shade,
        };
    }
}

/// <summary>Text that looks alike.</summary>
/// <param name="Text">Without control characters.</param>
/// <param name="Looks">Parameters of SGR; empty for none.</param>
internal readonly record struct ScreenRun(string Text, string Looks);
