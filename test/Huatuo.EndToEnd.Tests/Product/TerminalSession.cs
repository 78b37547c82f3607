using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Huatuo.EndToEnd.Tests.Product;

/// <summary>The program on a pseudo-terminal of 80 columns and 24 lines, which <c>script</c> of util-linux makes.</summary>
internal sealed class TerminalSession : IAsyncDisposable
{
    private readonly Process _script;
    private readonly StringBuilder _shown = new();
    private readonly Task _reading;

    private TerminalSession(Process script)
    {
        _script = script;
        _reading = ReadAsync();
    }

    /// <summary>Everything that was written to it.</summary>
    internal string Shown
    {
        get
        {
            lock (_shown)
                return _shown.ToString();
        }
    }

    /// <summary>Starts the program; <paramref name="after"/> is a shell's command that follows it.</summary>
    internal static TerminalSession Start(string arguments, string after = "true", string environment = "TERM=xterm")
    {
        string command = $"stty cols 80 rows 24; {environment} {Repository.Huatuo()} {arguments}; echo exit=$?; {after}";
        var start = new ProcessStartInfo("script", ["-q", "-e", "-c", command, "/dev/null"]) { RedirectStandardInput = true, RedirectStandardOutput = true, WorkingDirectory = "/" };
        return new TerminalSession(Process.Start(start)!);
    }

    /// <summary>The program's own process: the last of the family that runs.</summary>
    internal int ProgramId()
    {
        int id = _script.Id;
        while (File.ReadAllText($"/proc/{id}/task/{id}/children") is { Length: > 0 } children)
            id = int.Parse(children.Split(' ')[0], CultureInfo.InvariantCulture);
        return id;
    }

    /// <summary>Types keys.</summary>
    internal async Task TypeAsync(string keys)
    {
        await _script.StandardInput.WriteAsync(keys);
        await _script.StandardInput.FlushAsync();
    }

    /// <summary>Waits until something is shown that was not before.</summary>
    internal Task ShowsAsync(string text, int from = 0) =>
        Eventually.HoldsAsync($"'{text}' on the terminal", () => Shown.IndexOf(text, from, StringComparison.Ordinal) >= 0);

    /// <summary>Waits for the end.</summary>
    internal async Task EndAsync()
    {
        await _reading.WaitAsync(Eventually.Patience);
        await _script.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_script.HasExited)
            _script.Kill(entireProcessTree: true);
        await _script.WaitForExitAsync();
        _script.Dispose();
    }

    private async Task ReadAsync()
    {
        char[] buffer = new char[4096];
        for (int read; (read = await _script.StandardOutput.ReadAsync(buffer)) > 0;)
            lock (_shown)
                _shown.Append(buffer, 0, read);
    }
}
