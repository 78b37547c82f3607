using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;
using Huatuo.Profiling;

namespace Huatuo.Agent.Terminal;

/// <summary>Shows a flame graph on the terminal until the user has seen enough.</summary>
internal static class FlameTerminal
{
    // xterm's: another screen, which leaves the user's as it was; no cursor. Most terminals have them.
    private const string Enter = "\e[?1049h\e[?25l", Leave = "\e[0m\e[?25h\e[?1049l";

    /// <summary>Why there can be no such picture here; null when there can.</summary>
    internal static string? Lacks() =>
        Console.IsInputRedirected || Console.IsOutputRedirected ? "a picture on the terminal needs one, as input and as output: write a file by -o svg or -o collapsed"
        : Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb" ? "this terminal (TERM) cannot show a picture: write a file by -o svg or -o collapsed"
        : null;

    /// <summary>Shows it.</summary>
    /// <param name="trees">What; one for each value.</param>
    /// <param name="stop">Ends it.</param>
    internal static async Task ShowAsync(IReadOnlyList<FlameTree> trees, CancellationToken stop)
    {
        var view = new FlameView(trees);
        var events = Channel.CreateBounded<ConsoleKeyInfo?>(16);
        using PosixSignalRegistration resized = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => events.Writer.TryWrite(null));
        using PosixSignalRegistration continued = PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => events.Writer.TryWrite(null));
        // Ctrl-C is a key here: the terminal is put back before the end.
        Console.TreatControlCAsInput = true;
        try
        {
            new Thread(() => Read(events.Writer)) { IsBackground = true, Name = "keys" }.Start();
            do
                Draw(view);
            while (await events.Reader.WaitToReadAsync(stop).ConfigureAwait(false) && TakeAll(events.Reader, view));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        finally
        {
            Write(Leave);
            Console.TreatControlCAsInput = false;
        }
    }

    private static void Read(ChannelWriter<ConsoleKeyInfo?> events)
    {
        try
        {
            while (true)
            {
                ConsoleKeyInfo key = Console.ReadKey(intercept: true);
                while (!events.TryWrite(key))
                    Thread.Yield();
            }
        }
        catch (Exception gone) when (gone is InvalidOperationException or IOException)
        {
            // The terminal was closed.
            events.TryComplete();
        }
    }

    private static bool TakeAll(ChannelReader<ConsoleKeyInfo?> events, FlameView view)
    {
        while (events.TryRead(out ConsoleKeyInfo? key))
            if (key is { } pressed && !view.Take(pressed))
                return false;
        return true;
    }

    private static void Draw(FlameView view)
    {
        var screen = new FlameScreen(Math.Max(1, Console.WindowWidth), Math.Max(1, Console.WindowHeight), string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));
        view.Resize(Math.Max(1, Console.WindowWidth), screen.Rows);
        var text = new StringBuilder(Enter);
        int line = 0;
        foreach (IReadOnlyList<ScreenRun> runs in screen.Draw(view))
        {
            text.Append("\e[").Append(++line).Append(";1H");
            foreach (ScreenRun run in runs)
                text.Append("\e[0;").Append(run.Looks).Append('m').Append(run.Text);
            text.Append("\e[0m");
        }
        Write(text.ToString());
    }

    private static void Write(string text)
    {
        using Stream output = Console.OpenStandardOutput();
        output.Write(Encoding.UTF8.GetBytes(text));
    }
}
