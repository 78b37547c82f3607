using System.Globalization;
using Huatuo.Store.Tests.LocalFile;

namespace Huatuo.Store.Tests.Spool;

public sealed class KillTests
{
    [Fact]
    public async Task What_was_kept_survives_SIGKILL_at_any_moment()
    {
        using TemporaryDirectory folder = SpoolStand.Temporary();
        var random = new Random(3);
        long next = 0;
        for (int round = 0; round < 8; round++)
        {
            string[] arguments = [SpoolWriter.Verb, folder.Path, next.ToString(CultureInfo.InvariantCulture)];
            (long kept, _) = KilledChild.Run(arguments, lines: random.Next(2, 10), spins: random.Next(0, 200_000));
            await using var stand = new SpoolStand(folder.Path);
            stand.Accept("marker", [0]);
            await stand.KeptAsync();
            List<long> numbers = [.. stand.Deliver().Where(d => d.Tracer == "numbers").Select(d => SpoolStand.Number(d.Document))];
            Assert.Equal(Numbered.Range(next, next + numbers.Count - 1), numbers);
            Assert.True(numbers.Count >= kept, $"{kept} were kept from {next}, {numbers.Count} are there\n{string.Join('\n', stand.Log)}");
            Assert.Equal(numbers.Count, stand.Ledger("numbers").Recovered);
            stand.AssertBalanced();
            next += numbers.Count;
        }
    }
}
