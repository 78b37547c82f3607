using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Huatuo.TestRun;

/// <summary>A program in a session and process group of its own, so that it can be ended with all that it started.</summary>
internal sealed partial class ProcessGroup : IDisposable
{
    private const int SigKill = 9;
    private const int SigTerm = 15;

    private readonly Process leader;
    private readonly int id;

    private ProcessGroup(Process leader)
    {
        this.leader = leader;
        id = leader.Id;
    }

    public TextReader StandardOutput => leader.StandardOutput;

    public TextReader StandardError => leader.StandardError;

    public int ExitCode => leader.ExitCode;

    /// <summary>Starts a program and its arguments with the working directory <paramref name="directory"/> and an empty standard input.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">It cannot be started.</exception>
    public static ProcessGroup Start(string directory, IReadOnlyList<string> command)
    {
        // setsid(1) replaces itself by the program, which keeps the process id and leads a new group of that number.
        var start = new ProcessStartInfo("setsid", command)
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var leader = Process.Start(start)!;
        leader.StandardInput.Close();
        return new ProcessGroup(leader);
    }

    /// <summary>Waits for the program itself; what it left running may still hold its output open.</summary>
    public Task WaitAsync(CancellationToken stop) => leader.WaitForExitAsync(stop);

    /// <summary>Ends the program if it still runs, by force after a while, and then whatever is left of the group.</summary>
    public async Task EndAsync(TimeSpan grace, TimeProvider time)
    {
        if (!leader.HasExited)
        {
            _ = Kill(id, SigTerm);
            await Task.WhenAny(leader.WaitForExitAsync(), Task.Delay(grace, time));
        }

        _ = Kill(-id, SigKill);
    }

    public void Dispose() => leader.Dispose();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
