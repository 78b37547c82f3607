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
                string[] arguments = [NumberWriter.Verb, directory, next.ToString(CultureInfo.InvariantCulture)];
                (long stored, string log) = KilledChild.Run(arguments, lines: random.Next(1, 60), spins: random.Next(0, 200_000));
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

    /// <summary>Does what the next start does first.</summary>
    private static async Task Mend(string directory)
    {
        await using var stand = new SinkStand(directory);
        stand.Open("numbers");
    }
}
