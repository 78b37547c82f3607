using System.Globalization;

namespace Huatuo.TestRun.Tests;

public sealed class TestProgramTests : IDisposable
{
    private const string Good = """echo '<assemblies><assembly><test name="T" result="Pass" time="1"/></assembly></assemblies>' >"$2" """;
    private const string Bad = """echo '<assemblies><assembly><test name="T" result="Fail" time="1"/></assembly></assemblies>' >"$2" """;

    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private readonly string root = Directory.CreateTempSubdirectory("huatuo-testrun-").FullName;

    [Fact]
    public async Task TheResultFileCounts()
    {
        var result = await Run(Good, Long);

        Assert.Null(result.Fault);
        Assert.Equal([new TestRecord("P", "T", Outcome.Passed, TimeSpan.FromSeconds(1), "")], result.Tests);
    }

    [Fact]
    public async Task AFailedTestExplainsTheExitCode()
    {
        var result = await Run(Bad + "\nexit 1", Long);

        Assert.Null(result.Fault);
        Assert.Equal([Outcome.Failed], result.Tests.Select(test => test.Outcome));
    }

    [Fact]
    public async Task AnExitCodeWithoutAFailedTestIsAFault()
    {
        var result = await Run("echo shutting down\n" + Good + "\nexit 134", Long);

        Assert.Equal("no test failed, but its exit code is 134\nshutting down", result.Fault);
        Assert.Single(result.Tests);
    }

    [Fact]
    public async Task ACrashShowsTheTailOfItsOutput()
    {
        var result = await Run("for i in $(seq 100); do echo line $i; done\nkill -9 $$", Long);

        var expected = Enumerable.Range(41, 60).Select(i => string.Create(CultureInfo.InvariantCulture, $"line {i}"));
        Assert.Equal("exit code 137, and no result file\n" + string.Join('\n', expected), result.Fault);
        Assert.Empty(result.Tests);
    }

    [Fact]
    public async Task AnOldResultFileDoesNotCount()
    {
        await Run(Good, Long);
        var result = await Run("exit 0", Long);

        Assert.Equal("exit code 0, and no result file", result.Fault);
        Assert.Empty(result.Tests);
    }

    [Fact]
    public async Task AnUnfinishedResultFileIsAFault()
    {
        var result = await Run("""echo '<assemblies>' >"$2" """, Long);

        Assert.StartsWith("exit code 0, and the result file is not XML: ", result.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheTimeLimitEndsTheProgramAndWhatItStarted()
    {
        var result = await Run("""sleep 1000 & echo $! >child; echo waiting; wait""", TimeSpan.FromSeconds(2));

        Assert.Equal("it ran longer than 00:00:02 and was ended\nwaiting", result.Fault);
        await AssertEnded("child");
    }

    [Fact]
    public async Task WhatAProgramLeavesRunningIsEndedToo()
    {
        var result = await Run("sleep 1000 & echo $! >child\n" + Good, Long);

        Assert.Null(result.Fault);
        await AssertEnded("child");
    }

    [Fact]
    public async Task AnInterruptEndsTheProgram()
    {
        using var stop = new CancellationTokenSource();
        string ready = Path.Combine(root, "ready");
        using var watcher = new FileSystemWatcher(root, "ready");
        watcher.Created += (_, _) => stop.Cancel();
        watcher.EnableRaisingEvents = true;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Run("sleep 1000 & echo $! >child; mkdir ready; wait", Long, stop.Token));

        await AssertEnded("child");
    }

    [Fact]
    public async Task AProgramThatWasNotBuiltIsAFault()
    {
        var result = await new TestProgram(root, root, TimeProvider.System, new HostStand(all: true))
            .RunAsync(new TestProject("P", Path.Combine(root, "absent")), Long, TestContext.Current.CancellationToken);

        Assert.Equal("it was not built", result.Fault);
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    private Task<ProgramResult> Run(string script, TimeSpan limit, CancellationToken? stop = null)
    {
        string program = Path.Combine(root, "P");
        File.WriteAllText(program, "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new TestProgram(root, root, TimeProvider.System, new HostStand(all: true))
            .RunAsync(new TestProject("P", program), limit, stop ?? TestContext.Current.CancellationToken);
    }

    // A killed process keeps its /proc entry until its parent, now process 1, has waited for it.
    private async Task AssertEnded(string file)
    {
        string status = $"/proc/{(await File.ReadAllTextAsync(Path.Combine(root, file))).Trim()}/stat";
        while (File.Exists(status) && !await IsZombie(status))
            await Task.Yield();
    }

    private static async Task<bool> IsZombie(string status)
    {
        try
        {
            return (await File.ReadAllTextAsync(status)).Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true;
        }
    }
}
