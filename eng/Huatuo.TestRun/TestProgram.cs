using System.ComponentModel;

namespace Huatuo.TestRun;

/// <summary>Runs test programs and reads what they say.</summary>
/// <param name="directory">The working directory of the programs.</param>
/// <param name="results">Where result files and logs go.</param>
/// <param name="time">The clock of the time limits.</param>
/// <param name="stand">Where they run.</param>
internal sealed class TestProgram(string directory, string results, TimeProvider time, IStand stand)
{
    private const int TailLines = 60;

    // For output that is still in the pipe after the last process of the group is gone; only a process that left the group can hold it longer.
    private static readonly TimeSpan OutputGrace = TimeSpan.FromSeconds(2);

    // A virtual machine needs a moment to take down what it has put up.
    private static readonly TimeSpan EndGrace = TimeSpan.FromSeconds(10);

    /// <summary>Runs one program to its end or its time limit. Every way in which it can go wrong is in the result.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was signalled; the program was ended.</exception>
    public async Task<ProgramResult> RunAsync(TestProject project, TimeSpan limit, CancellationToken stop)
    {
        string xml = Path.Combine(results, project.Name + ".xml");
        File.Delete(xml);
        await using var log = TextWriter.Synchronized(new StreamWriter(Path.Combine(results, project.Name + ".log")) { AutoFlush = true });
        var tail = new Tail(log, TailLines);

        Ending ending;
        try
        {
            ending = await RunAsync(project, xml, limit, tail, stop);
        }
        catch (Win32Exception e)
        {
            ending = new Ending(0, $"it cannot be started: {e.Message}");
        }

        try
        {
            using var text = new StreamReader(xml);
            var tests = ResultFile.Read(project.Name, text);
            bool explained = ending.ExitCode == 0 || tests.Any(test => test.Outcome == Outcome.Failed);
            return Result(tests, ending.Fault ?? (explained ? null : $"no test failed, but its exit code is {ending.ExitCode}"));
        }
        catch (Exception e) when (e is FileNotFoundException or InvalidDataException)
        {
            return Result([], ending.Fault ?? $"exit code {ending.ExitCode}, and {(e is InvalidDataException ? e.Message : "no result file")}");
        }

        ProgramResult Result(IReadOnlyList<TestRecord> tests, string? fault) =>
            new(project.Name, stand.Environment, tests, fault is null ? null : $"{fault}\n{tail}".TrimEnd());
    }

    private async Task<Ending> RunAsync(TestProject project, string xml, TimeSpan limit, Tail tail, CancellationToken stop)
    {
        if (!File.Exists(stand.Program(project)))
            return new Ending(0, "it was not built");

        using var group = ProcessGroup.Start(directory, stand.Command(project, xml, limit));
        var output = Task.WhenAll(tail.ReadAsync(group.StandardOutput), tail.ReadAsync(group.StandardError));
        using var timer = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, stop);
        try
        {
            await group.WaitAsync(either.Token);
            return new Ending(group.ExitCode, null);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new Ending(0, $"it ran longer than {limit} and was ended");
        }
        finally
        {
            await group.EndAsync(EndGrace, time);
            await Task.WhenAny(output, Task.Delay(OutputGrace, time, CancellationToken.None));
        }
    }

    private readonly record struct Ending(int ExitCode, string? Fault);
}
