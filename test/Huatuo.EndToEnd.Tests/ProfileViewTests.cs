using Huatuo.EndToEnd.Tests.Machine;
using Huatuo.EndToEnd.Tests.Product;

namespace Huatuo.EndToEnd.Tests;

/// <summary>Flame graphs on a terminal.</summary>
public sealed class ProfileViewTests
{
    private const string OtherScreen = "\e[?1049h", OwnScreen = "\e[?1049l", Cursor = "\e[?25h";

    [Fact]
    public async Task A_profile_is_looked_at_and_the_terminal_is_as_before()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "cpu.folded");
        File.WriteAllLines(file, ["server;parse;copy_words 30", "server;parse 20", "server;answer 50"]);

        await using TerminalSession terminal = TerminalSession.Start($"profile view {file}", after: "stty -a");
        await terminal.ShowsAsync(OtherScreen);
        await terminal.ShowsAsync("cpu.folded: 100");
        await terminal.TypeAsync("jj");
        await terminal.ShowsAsync("50 % 50, itself 20 % 20  parse");
        // An arrow as terminals send it.
        await terminal.TypeAsync("\e[B");
        await terminal.ShowsAsync("30 % 30, itself 30 % 30  copy_words");
        await terminal.TypeAsync("/answ\r");
        await terminal.ShowsAsync("/answ: 1 places, 50 %");
        await terminal.ShowsAsync("50 % 50, itself 50 % 50  answer");
        await terminal.TypeAsync("q");
        await terminal.EndAsync();

        string end = terminal.Shown[terminal.Shown.LastIndexOf(OwnScreen, StringComparison.Ordinal)..];
        Assert.Contains("exit=0", end, StringComparison.Ordinal);
        Assert.Contains(Cursor, terminal.Shown, StringComparison.Ordinal);
        Assert.Matches(" icanon .* echo ", end.ReplaceLineEndings(" "));
    }

    [Fact]
    public async Task A_signal_ends_it_with_the_terminal_as_before()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "cpu.folded");
        File.WriteAllText(file, "server;parse 20\n");
        await using TerminalSession terminal = TerminalSession.Start($"profile view {file}", after: "stty -a");
        await terminal.ShowsAsync("cpu.folded: 20");
        Signal.Send(terminal.ProgramId(), Signal.Terminate);
        await terminal.EndAsync();
        string end = terminal.Shown[terminal.Shown.LastIndexOf(OwnScreen, StringComparison.Ordinal)..];
        Assert.Contains("exit=0", end, StringComparison.Ordinal);
        Assert.Matches(" icanon .* echo ", end.ReplaceLineEndings(" "));
    }

    [Fact]
    public async Task A_profile_that_was_just_taken_is_shown()
    {
        await using TerminalSession terminal = TerminalSession.Start("profile oncpu --duration 1s -o tui");
        await terminal.ShowsAsync(OtherScreen);
        await terminal.ShowsAsync("cpu: ");
        await terminal.TypeAsync("q");
        await terminal.EndAsync();
        Assert.Contains("exit=0", terminal.Shown, StringComparison.Ordinal);
        Assert.Contains(" samples, 0 lost, ", terminal.Shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("profile view /dev/null")]
    [InlineData("profile oncpu -o tui")]
    public async Task Without_a_terminal_there_is_none(string arguments)
    {
        Ending ending = (await HuatuoProcess.RunAsync(arguments.Split(' '))).Expect(2);
        Assert.Contains("-o svg", ending.Error, StringComparison.Ordinal);
        await using TerminalSession dumb = TerminalSession.Start(arguments, environment: "TERM=dumb");
        await dumb.EndAsync();
        Assert.Contains("exit=2", dumb.Shown, StringComparison.Ordinal);
        Assert.Contains("TERM", dumb.Shown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no such thing", "line 1 is no stack with a number")]
    [InlineData(null, "Could not find file")]
    public async Task A_file_that_is_no_profile_is_named(string? text, string why)
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "some.txt");
        if (text is not null)
            File.WriteAllText(file, text);
        await using TerminalSession terminal = TerminalSession.Start($"profile view {file}");
        await terminal.EndAsync();
        Assert.Contains("exit=1", terminal.Shown, StringComparison.Ordinal);
        Assert.Contains(why, terminal.Shown, StringComparison.Ordinal);
        Assert.DoesNotContain(OtherScreen, terminal.Shown, StringComparison.Ordinal);
    }
}
