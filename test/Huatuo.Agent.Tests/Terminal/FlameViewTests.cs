using Huatuo.Agent.Terminal;
using Huatuo.Profiling;

namespace Huatuo.Agent.Tests.Terminal;

/// <summary>What keys do to a flame graph, and how it is drawn.</summary>
public sealed class FlameViewTests
{
    private const int Columns = 40, Lines = 10;

    // main 100: read 50 (copy 30), write 25, 25 of many that are narrower than a column.
    private static readonly IReadOnlyList<FlameTree> s_tree = Tree(
    [
        ("main;read;copy", 300), ("main;read", 200), ("main;write", 250),
        .. Enumerable.Range(0, 250).Select(i => ($"main;tiny{i}", 1L)),
    ]);

    [Fact]
    public void Frames_are_as_wide_as_their_share()
    {
        FlameView view = View(s_tree);
        Assert.Equal(["all", "main", "read write", "copy"], view.Rows.Select(row => string.Join(' ', row.Where(cell => cell.Node >= 0).Select(cell => Name(view, cell.Node)))));
        Assert.Equal([(0, 20), (20, 10), (30, 10)], view.Rows[2].Select(cell => (cell.Column, cell.Columns)));
        Assert.Equal(FlameCell.Narrow, view.Rows[2][^1].Node);
        Assert.Equal([(0, 12)], view.Rows[3].Select(cell => (cell.Column, cell.Columns)));
    }

    [Fact]
    public void The_foot_tells_of_what_is_selected_and_the_title_of_all()
    {
        FlameView view = View(s_tree);
        Press(view, "jj");
        IReadOnlyList<string> lines = Text(view, 60);
        Assert.Equal("test: 1000", lines[0].TrimEnd());
        Assert.Equal("50 % 500, itself 20 % 200  read", lines[^2].TrimEnd());
    }

    [Fact]
    public void Keys_move_zoom_and_go_back()
    {
        FlameView view = View(s_tree);
        Press(view, "jjl");
        Assert.Equal("write", Selected(view));
        Press(view, "l");
        Assert.Equal("write", Selected(view));
        Press(view, "h", ConsoleKey.Enter);
        Assert.Equal("read", Name(view, view.Zoom));
        Assert.Equal([(0, 24)], view.Rows[3].Select(cell => (cell.Column, cell.Columns)));
        Press(view, "G");
        Assert.Equal("copy", Selected(view));
        Press(view, "u");
        Assert.Equal(("main", "copy"), (Name(view, view.Zoom), Selected(view)));
        Press(view, "kkk");
        Assert.Equal("all", Selected(view));
        Press(view, "Gg");
        Assert.Equal((StackTree.Root, StackTree.Root), (view.Zoom, view.Selected));
    }

    [Fact]
    public void Each_value_is_shown_in_turn_of_the_same_place()
    {
        FlameView view = View(FlameTree.AllOf(new FoldedProfile(
            [new FoldedValue("operations", ProfileUnit.Count), new FoldedValue("bytes", ProfileUnit.Bytes), new FoldedValue("io", ProfileUnit.Nanoseconds)],
            [new FoldedStack(["main", "read"], 3, 1 << 20, 1_000_000), new FoldedStack(["main", "sync"], 1, 0, 3_000_000)])));
        Press(view, "/sync\r");
        Assert.Equal(("sync", "io: 4 ms"), (Selected(view), Text(view, 80)[0].Split("  ")[0]));
        Press(view, "", ConsoleKey.Enter);
        Press(view, "v");
        Assert.Equal("bytes: 1 MiB  /sync: 1 places, 0 %  within main  v: another value", Text(view, 80)[0].TrimEnd());
        Assert.Equal("main", Selected(view));
        Press(view, "v");
        Assert.Equal("operations: 4  /sync: 1 places, 25 %  within main  v: another value", Text(view, 80)[0].TrimEnd());
        Press(view, "v");
        Assert.Equal("io", view.Tree.Kind);
    }

    [Fact]
    public void A_search_counts_what_matches_once_and_goes_from_place_to_place()
    {
        FlameView view = View(s_tree);
        Press(view, "/READ|copy", ConsoleKey.Enter);
        Assert.Equal((2, 0.5, "read"), (view.Search!.Count, view.Search.Share, Selected(view)));
        Press(view, "n");
        Assert.Equal("copy", Selected(view));
        Press(view, "nN");
        Assert.Equal("copy", Selected(view));
        Assert.Equal("test: 1000  /READ|copy: 2 places, 50 %", Text(view, 60)[0].TrimEnd());
        Press(view, "", ConsoleKey.Escape);
        Assert.Null(view.Search);
    }

    [Fact]
    public void A_match_that_is_too_narrow_is_zoomed_to()
    {
        FlameView view = View(s_tree);
        Press(view, "/^tiny77$", ConsoleKey.Enter);
        Assert.Equal(("tiny77", "tiny77"), (Selected(view), Name(view, view.Zoom)));
        // Back, it has no column of its own: what it is in has.
        Press(view, "", ConsoleKey.Backspace);
        Assert.Equal("main", Selected(view));
    }

    [Theory]
    [InlineData("(", "Invalid pattern")]
    [InlineData("nowhere", "nothing matches nowhere")]
    [InlineData("^(a+)+!$", "the expression takes too long")]
    public void A_search_that_finds_nothing_says_why(string pattern, string why)
    {
        FlameView view = View(Tree([("main;" + new string('a', 60), 1)]));
        Press(view, "/" + pattern, ConsoleKey.Enter);
        Assert.Null(view.Search);
        Assert.StartsWith(why, view.Message, StringComparison.Ordinal);
        Assert.Contains(why, string.Join('\n', Text(view, 60)), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_cannot_steer_the_terminal()
    {
        FlameView view = View(Tree([("a\e[2J\r\n\u202e\u0085b;漢字", 1)]));
        Press(view, "j");
        string all = string.Concat(Text(view, 60));
        Assert.DoesNotContain(all, char.IsControl);
        Assert.DoesNotContain("\u202e", all, StringComparison.Ordinal);
        Assert.Contains("a\ufffd[2J\ufffd\ufffd\ufffd\ufffdb", all, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("漢字", 4, "漢字")]
    [InlineData("漢字", 3, "漢…")]
    [InlineData("漢字", 2, "… ")]
    [InlineData("abc", 2, "a…")]
    [InlineData("abc", 1, "…")]
    [InlineData("abc", 0, "")]
    [InlineData("e\u0301a", 3, "e\u0301a ")]
    public void Text_takes_the_columns_that_there_are(string text, int columns, string shown)
    {
        Assert.Equal(shown, CellText.Fit(text, columns));
        Assert.Equal(columns, CellText.Width(CellText.Fit(text, columns)));
    }

    [Fact]
    public void Without_colours_frames_are_told_apart_by_bars()
    {
        FlameView view = View(s_tree);
        Assert.Equal("|read               |write    ··········", Text(view, Columns)[3]);
    }

    [Fact]
    public void A_stack_that_is_deeper_than_the_screen_is_scrolled()
    {
        FlameView view = View(Tree([(string.Join(';', Enumerable.Range(0, 100).Select(i => $"f{i}")), 1)]));
        Press(view, "G");
        Assert.Equal("f99", Selected(view));
        Assert.Equal("|f99", Text(view, Columns)[^3].TrimEnd());
        Press(view, "g");
        Assert.Equal("|all", Text(view, Columns)[1].TrimEnd());
    }

    [Fact]
    public void Whatever_is_pressed_the_picture_fits_the_screen()
    {
        const string keys = "hjklgGnNubv? /f0[.\e\r\b\t";
        string[] names = ["a", "b", "c", "漢", "e\u0301", "\e[31m", "[unknown]"];
        for (int seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            string Stack() => string.Join(';', random.GetItems(names, random.Next(1, 30)));
            var view = new FlameView(FlameTree.AllOf(new FoldedProfile(
                [new FoldedValue("other", ProfileUnit.Bytes), new FoldedValue("test", ProfileUnit.Count)],
                [.. Enumerable.Range(0, random.Next(0, 30)).Select(_ => new FoldedStack(Stack().Split(';'), random.Next(-3, 1000), random.Next(-3, 1000)))])));
            for (int press = 0; press < 40; press++)
            {
                (int columns, int lines) = (random.Next(1, 90), random.Next(1, 20));
                var screen = new FlameScreen(columns, lines, hasColours: random.Next(2) == 0);
                view.Resize(columns, screen.Rows);
                Assert.True(view.Take(KeyOf(keys[random.Next(keys.Length)])));
                IReadOnlyList<IReadOnlyList<ScreenRun>> drawn = screen.Draw(view);
                Assert.True(drawn.Count == lines && drawn.All(line => line.Sum(run => CellText.Width(run.Text)) == columns), $"seed {seed}, press {press}: {columns} x {lines}");
                Assert.True(view.IsHelp || drawn.Any(line => line.Any(run => run.Looks == "7")), $"seed {seed}, press {press}: what is selected is not shown");
            }
        }
    }

    private static IReadOnlyList<FlameTree> Tree((string Stack, long Weight)[] stacks) =>
        FlameTree.AllOf(new FoldedProfile([new FoldedValue("test", ProfileUnit.Count)], [.. stacks.Select(stack => new FoldedStack(stack.Stack.Split(';'), stack.Weight))]));

    private static FlameView View(IReadOnlyList<FlameTree> tree)
    {
        var view = new FlameView(tree);
        view.Resize(Columns, new FlameScreen(Columns, Lines, hasColours: false).Rows);
        return view;
    }

    private static void Press(FlameView view, string letters, params ConsoleKey[] keys)
    {
        foreach (char letter in letters)
            Assert.True(view.Take(KeyOf(letter)));
        foreach (ConsoleKey key in keys)
            Assert.True(view.Take(new ConsoleKeyInfo('\0', key, false, false, false)));
    }

    private static ConsoleKeyInfo KeyOf(char letter) => new(
        letter,
        letter switch { '\e' => ConsoleKey.Escape, '\r' => ConsoleKey.Enter, '\b' => ConsoleKey.Backspace, _ => ConsoleKey.None },
        false, false, false);

    private static IReadOnlyList<string> Text(FlameView view, int columns)
    {
        var screen = new FlameScreen(columns, Lines, hasColours: false);
        view.Resize(columns, screen.Rows);
        return [.. screen.Draw(view).Select(line => string.Concat(line.Select(run => run.Text)))];
    }

    private static string Selected(FlameView view) => Name(view, view.Selected);

    private static string Name(FlameView view, int node) => view.Tree.FrameOf(node).Name;
}
