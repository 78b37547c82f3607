using System.Globalization;
using System.Text.Json;
using Huatuo.Store.Search;
using Huatuo.Store.Tests.LocalFile;

namespace Huatuo.Store.Tests.Sqlite;

public sealed class KillTests
{
    [Fact]
    public void What_was_stored_survives_SIGKILL_at_any_moment()
    {
        string root = Directory.CreateTempSubdirectory("huatuo-kill-").FullName;
        string path = Path.Combine(root, "events.db");
        var random = new Random(3);
        long next = 0;
        try
        {
            for (int round = 0; round < 10; round++)
            {
                string[] arguments = [EventWriter.Verb, path, next.ToString(CultureInfo.InvariantCulture)];
                (long stored, string log) = KilledChild.Run(arguments, lines: random.Next(2, 10), spins: random.Next(0, 200_000));
                List<long> numbers = [.. StoreStand.Find(path, new EventQuery()).Select(Number)];
                Assert.Equal(Numbered.Range(0, numbers.Count - 1), numbers);
                Assert.True(numbers.Count >= next + stored, $"{stored} were stored from {next}, {numbers.Count} are there\n{log}");
                Assert.True(numbers.Count > next, "nothing was written");
                Assert.Equal("", log);
                next = numbers.Count;
            }
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static long Number(byte[] document) => JsonDocument.Parse(document).RootElement.GetProperty("n").GetInt64();
}
