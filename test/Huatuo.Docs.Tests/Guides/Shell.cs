using System.Diagnostics;
using System.Text;

namespace Huatuo.Docs.Tests.Guides;

/// <summary>Commands that run in the folder of the repository, as a reader of a guide types them.</summary>
internal sealed class Shell : IDisposable
{
    private const int Interrupt = 2;
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Task _reading;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Shell(string commands)
    {
        // A guide that waits for what it started would wait for ever.
        string program = Path.Combine(Repository.Root, "bin", "huatuo");
        if (!File.Exists(program))
            throw new FileNotFoundException($"{program} is not there: run make build first");
        _process = Process.Start(new ProcessStartInfo("/bin/sh", ["-ec", commands])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
        })!;
        _reading = ReadAsync();
    }

    /// <summary>Starts commands that go on; a single one is the process itself, so that a signal reaches it.</summary>
    public static Shell Start(string command) => new("exec " + command);

    /// <summary>Runs commands to their end.</summary>
    /// <returns>Exit code and standard output.</returns>
    public static async Task<(int Code, string Output)> RunAsync(string commands, CancellationToken stop)
    {
        using var shell = new Shell(commands);
        int code = await shell.EndAsync(stop);
        return (code, shell.Text);
    }

    /// <summary>What it has printed.</summary>
    public string Text
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Completes when it prints more, or ends.</summary>
    public Task More => Volatile.Read(ref _more).Task;

    /// <summary>Ctrl-C, and the end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> InterruptAsync(CancellationToken stop)
    {
        using (var kill = Process.Start("/bin/kill", [$"-{Interrupt}", $"{_process.Id}"]))
            await kill.WaitForExitAsync(stop);
        return await EndAsync(stop);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private async Task<int> EndAsync(CancellationToken stop)
    {
        await _reading.WaitAsync(stop);
        await _process.WaitForExitAsync(stop);
        return _process.ExitCode;
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            lock (_output)
                _output.Append(line).Append('\n');
            Interlocked.Exchange(ref _more, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
        }
        Volatile.Read(ref _more).TrySetResult();
    }
}
