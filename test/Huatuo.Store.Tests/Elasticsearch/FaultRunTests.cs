using System.Globalization;
using Huatuo.Flow.Ledger;
using Huatuo.Store.Tests.Files;
using Huatuo.Store.Tests.LocalFile;
using Huatuo.Store.Tests.Remote;
using Huatuo.Store.Tests.Spool;

namespace Huatuo.Store.Tests.Elasticsearch;

/// <summary>What must never happen: a document that is lost uncounted, or that is there twice.</summary>
public sealed class FaultRunTests : IDisposable
{
    private const int EventsPerSecond = 20;

    private readonly TemporaryDirectory _folder = SpoolStand.Temporary();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_outage_of_ten_minutes_loses_nothing()
    {
        int port;
        await using (var first = new BulkServer())
            port = first.Port;
        await using var stand = new ElasticsearchStand(_folder.Path, new Uri($"http://127.0.0.1:{port}"));
        for (int second = 0; second < 600; second++)
        {
            stand.Accept("oom", Numbered.Range(second * EventsPerSecond, ((second + 1) * EventsPerSecond) - 1));
            stand.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        await stand.KeptAsync();
        Assert.Equal((600 * EventsPerSecond, 0), (stand.Ledger("oom").Pending, stand.Ledger("oom").Stored));
        await stand.UntilAsync(() => stand.Sink.Failing, "the outage is not noticed");
        await using var server = new BulkServer(port);
        await stand.DeliveredAsync();
        Assert.Equal(Numbered.Range(0, (600 * EventsPerSecond) - 1), server.Numbers.Order());
        Assert.Equal((600 * EventsPerSecond, 0), (stand.Ledger("oom").Stored, server.Conflicts));
        Assert.Equal(2, stand.Log.Count);
        stand.AssertBalanced();
    }

    [Fact]
    public async Task Through_a_storm_of_refusals_and_broken_answers_every_document_arrives_once()
    {
        await using var server = new BulkServer(flavour: Flavour.Elasticsearch7);
        var random = new Random(11);
        bool storm = true;
        server.Reject = _ => storm && random.Next(3) == 0
            ? (random.Next(2) == 0 ? 429 : 503, """{"type":"es_rejected_execution_exception","reason":"rejected execution"}""")
            : null;
        server.Instead = request => storm
            ? random.Next(6) switch
            {
                0 => new TestAnswer(429, "{}") { Headers = "Retry-After: 3\r\n" },
                1 => new TestAnswer(503, "{}"),
                2 => new TestAnswer(200, "{\"took\"") { CutAfter = random.Next(0, 60) },
                3 => new TestAnswer(500, "garbage"),
                _ => null,
            }
            : null;
        await using var stand = new ElasticsearchStand(_folder.Path, server.Address);
        for (int n = 0; n < 3000; n += 100)
        {
            stand.Accept("oom", Numbered.Range(n, n + 99));
            await stand.UntilAsync(() => stand.Pending < 1500, "nothing is delivered");
        }
        storm = false;
        await stand.DeliveredAsync();
        Assert.Equal(Numbered.Range(0, 2999), server.Numbers.Order());
        Assert.Equal((3000, 0), (stand.Ledger("oom").Stored, stand.Ledger("oom").DeadLetters));
        stand.AssertBalanced();
    }

    [Fact]
    public async Task On_a_full_disk_what_is_lost_is_counted_and_the_rest_arrives_once()
    {
        using var disk = new SmallDisk(kib: 1024);
        await using var server = new BulkServer();
        bool away = true;
        server.Instead = _ => away ? new TestAnswer(503, "{}") : null;
        await using var stand = new ElasticsearchStand(new() { Addresses = [server.Address], SpoolDirectory = Path.Combine(disk.Path, "spool"), QueueBytes = 64 << 10 });
        long number = 0;
        await SinkStand.Until(() =>
        {
            stand.Accept("oom", Numbered.Range(number, number + 19), bytes: 1000);
            number += 20;
            return stand.Ledger("oom").Dropped(SinkStage.Full) >= 100;
        }, "the full disk is not counted");
        stand.AssertBalanced();
        away = false;
        await stand.DeliveredAsync();
        List<long> arrived = [.. server.Numbers.Order()];
        Assert.Equal(arrived.Distinct(), arrived);
        Assert.Equal(number - SinkStand.Dropped(stand.Ledger("oom")), arrived.Count);
        Assert.Equal(arrived.Count, stand.Ledger("oom").Stored);
        stand.AssertBalanced();
    }

    [Fact]
    public async Task Killed_at_any_moment_it_loses_nothing_that_was_on_the_disk_and_sends_nothing_as_new_that_was_sent()
    {
        await using var server = new BulkServer();
        var random = new Random(5);
        server.Instead = _ => random.Next(4) == 0 ? new TestAnswer(503, "{}") { CutAfter = random.Next(2) == 0 ? 10 : null } : null;
        List<long> kept = [];
        long next = 0;
        for (int round = 0; round < 8; round++)
        {
            string[] arguments = [ElasticsearchWriter.Verb, _folder.Path, server.Address.ToString(), next.ToString(CultureInfo.InvariantCulture)];
            (long told, _) = KilledChild.Run(arguments, lines: random.Next(2, 12), spins: random.Next(0, 2_000_000));
            kept.AddRange(Numbered.Range(next, next + told - 1));
            next += 1_000_000;
        }
        server.Instead = null;
        await using var stand = new ElasticsearchStand(_folder.Path, server.Address);
        stand.Accept("marker", Numbered.Range(next, next));
        await stand.DeliveredAsync();
        await stand.UntilAsync(() => stand.Ledger("numbers").Pending == 0 && stand.Sink.Segments.UnreadBytes == 0, "documents stay pending");
        List<long> arrived = [.. server.Numbers.Order()];
        Assert.Equal(arrived.Distinct(), arrived);
        Assert.Empty(kept.Except(arrived));
        Assert.All(arrived.Where(n => n < next).GroupBy(n => n / 1_000_000), run => Assert.Equal(run.Count(), (int)(run.Max() % 1_000_000) + 1));
        stand.AssertBalanced();
    }
}
