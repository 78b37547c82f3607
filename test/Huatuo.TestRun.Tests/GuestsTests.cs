namespace Huatuo.TestRun.Tests;

public sealed class GuestsTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("huatuo-guests-").FullName;

    [Fact]
    public async Task TheEndsAreAskedForByThatName() =>
        Assert.Equal([new TestKernel("5.10", "5.10.0-46", "")], await FetchAsync("""[ "$*" = 'fetch --ends' ] && echo '5.10: 5.10.0-46 (new)'""", KernelChoice.Ends));

    [Fact]
    public async Task TooFewFamiliesAreStillToldOneByOne() =>
        Assert.Equal([new TestKernel("5.10", "", "it is gone")], await FetchAsync("""[ "$*" = fetch ] && echo '5.10: not tested, it is gone'; exit 1""", KernelChoice.All));

    [Fact]
    public async Task AFailureIsTheReason() =>
        Assert.Equal([new TestKernel("any kernel but this", "", "no mirror")], await FetchAsync("echo 6.1: 6.1.0; echo no mirror >&2; exit 125", KernelChoice.All));

    [Fact]
    public async Task NothingIsStartedForNone() =>
        Assert.Equal(
            [new TestKernel("any kernel but this", "", "not asked for")],
            await new Guests(Path.Combine(root, "absent"), root).FetchAsync(KernelChoice.None, TestContext.Current.CancellationToken));

    [Fact]
    public async Task AProgramThatWasNotBuiltIsTheReason() =>
        Assert.False(Assert.Single(await new Guests(Path.Combine(root, "absent"), root).FetchAsync(KernelChoice.Ends, TestContext.Current.CancellationToken)).IsTested);

    public void Dispose() => Directory.Delete(root, recursive: true);

    private Task<IReadOnlyList<TestKernel>> FetchAsync(string script, KernelChoice choice)
    {
        string program = Path.Combine(root, "Vm");
        File.WriteAllText(program, "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new Guests(program, root).FetchAsync(choice, TestContext.Current.CancellationToken);
    }
}
