using System.Diagnostics;
using System.Globalization;

namespace Huatuo.Store.Tests.LocalFile;

public sealed class KillTests
{
    [Fact]
    public async Task What_was_stored_survives_SIGKILL_at_any_moment()
    {
        string root = Directory.CreateTempSubdirectory("huatuo-kill-").FullName;
        string directory = Path.Combine(root, "events");
        string file = Path.Combine(directory, "numbers.jsonl");
        var random = new Random(3);
        long next = 0;
        try
        {
            for (int round = 0; round < 10; round++)
            {
                (long stored, string log) = RunAndKill(directory, next, lines: random.Next(1, 60), spins: random.Next(0, 200_000));
                await Mend(directory);
                List<long> numbers = Numbered.ReadChain(file);
                Assert.Equal(Numbered.Range(0, numbers.Count - 1), numbers);
                Assert.True(numbers.Count >= next + stored, $"{stored} were stored from {next}, {numbers.Count} are there\n{log}");
                Assert.True(numbers.Count > next, "nothing was written");
                next = numbers.Count;
            }
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    /// <summary>Starts a writer and kills it after it has told of some progress.</summary>
    /// <returns>How many documents the writer knew to be stored, and what it logged.</returns>
    private static (long Stored, string Log) RunAndKill(string directory, long first, int lines, int spins)
    {
        string[] arguments = [NumberWriter.Verb, directory, first.ToString(CultureInfo.InvariantCulture)];
        using Process child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> log = child.StandardError.ReadToEndAsync();
        try
        {
            for (int i = 0; i < lines; i++)
                Assert.NotNull(child.StandardOutput.ReadLine());
            Thread.SpinWait(spins);
        }
        finally
        {
            child.Kill();
        }
        // What the child told before it died is still in the pipe; only its last line may be torn.
        string[] told = child.StandardOutput.ReadToEnd().Split('\n');
        child.WaitForExit();
        long stored = told.SkipLast(1).Select(t => long.Parse(t, CultureInfo.InvariantCulture)).LastOrDefault();
        return (stored, log.Result);
    }

    /// <summary>Does what the next start does first.</summary>
    private static async Task Mend(string directory)
    {
        await using var stand = new SinkStand(directory);
        stand.Open("numbers");
    }
}
