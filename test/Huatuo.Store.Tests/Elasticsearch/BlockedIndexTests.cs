using System.Text.Json.Nodes;
using Huatuo.Store.Remote;
using Huatuo.Store.Tests.LocalFile;
using Huatuo.Store.Tests.Spool;

namespace Huatuo.Store.Tests.Elasticsearch;

/// <summary>Events that the server does not take while it takes others.</summary>
public sealed class BlockedIndexTests : IAsyncDisposable
{
    private const string Block =
        """{"type":"cluster_block_exception","reason":"index [huatuo-2026.11.25] blocked by: [FORBIDDEN/8/index write (api)];"}""";

    private const string Closed =
        """{"type":"index_closed_exception","reason":"closed","index_uuid":"1bRS8P_cTUiozu2h5mFEow","index":"huatuo-2026.11.25"}""";

    private const string NoWriteIndex =
        """{"type":"illegal_argument_exception","reason":"no write index is defined for alias [huatuo]. The write index may be explicitly disabled using is_write_index=false or the alias points to multiple indices without one being designated as a write index"}""";

    private const string Busy =
        """{"type":"es_rejected_execution_exception","reason":"rejected execution of coordinating operation"}""";

    private const string Shards =
        """{"type":"validation_exception","reason":"this action would add [2] shards, but this cluster currently has [1000]/[1000] maximum normal shards open"}""";

    private readonly TemporaryDirectory _folder = SpoolStand.Temporary();
    private readonly BulkServer _server = new();
    private readonly ElasticsearchStand _stand;

    public BlockedIndexTests() => _stand = new ElasticsearchStand(
        new RemoteSinkOptions { Addresses = [_server.Address], SpoolDirectory = _folder.Path, Timeout = TimeSpan.FromHours(1) }, "huatuo-{yyyy.MM.dd}");

    public async ValueTask DisposeAsync()
    {
        await _stand.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(403, Block, 10)]
    [InlineData(400, Closed, 10)]
    [InlineData(400, NoWriteIndex, 10)]
    [InlineData(429, Busy, 30)]
    [InlineData(400, Shards, 30)]
    public async Task Events_that_are_never_taken_beside_others_are_given_up_after_a_time(int status, string error, int minutes)
    {
        _server.Reject = document => IsOld(document) ? (status, error) : null;
        Accept(old: 3, young: 10);
        await _stand.UntilAsync(() => _stand.Ledger("oom").Stored == 10, "the others do not arrive");
        DateTimeOffset start = _stand.Time.GetUtcNow();
        _stand.Accept("oom", Numbered.Range(100, 109));
        await _stand.DeliveredAsync();
        Assert.True(_stand.Time.GetUtcNow() - start >= TimeSpan.FromMinutes(minutes - 1), $"they are given up after {_stand.Time.GetUtcNow() - start}");
        Assert.Equal((20, 3), (_stand.Ledger("oom").Stored, _stand.Ledger("oom").DeadLetters));
        Assert.True(_server.Requests >= 10, $"they are given up after {_server.Requests} requests");
        JsonNode[] refused = [.. _stand.Refused.Select(line => JsonNode.Parse(line)!)];
        Assert.Equal([0L, 1, 2], refused.Select(line => line["document"]!["n"]!.GetValue<long>()));
        Assert.All(refused, line => Assert.StartsWith($"{status} {JsonNode.Parse(error)!["type"]}: ", line["reason"]!.GetValue<string>(), StringComparison.Ordinal));
        Assert.False(_stand.Sink.Failing);
        Assert.Equal([.. Numbered.Range(3, 12), .. Numbered.Range(100, 109)], _server.Numbers.Order());
        _stand.AssertBalanced();
    }

    [Fact]
    public async Task A_batch_of_which_none_is_taken_is_given_up_when_the_newest_event_is_taken()
    {
        _server.Reject = document => IsOld(document) ? (403, Block) : null;
        Accept(old: 3, young: 0);
        DateTimeOffset start = _stand.Time.GetUtcNow();
        await _stand.UntilAsync(() => _stand.Time.GetUtcNow() - start > TimeSpan.FromHours(3) && _server.Requests > 30, "it is not tried again", stepSeconds: 10);
        Assert.Equal((3, 0), (_stand.Ledger("oom").Pending, _stand.Ledger("oom").DeadLetters));

        Accept(old: 0, young: 10);
        await _stand.DeliveredAsync();
        Assert.Equal((10, 3), (_stand.Ledger("oom").Stored, _stand.Ledger("oom").DeadLetters));
        Assert.All(_stand.Refused, line => Assert.Contains("cluster_block_exception", line, StringComparison.Ordinal));
        _stand.AssertBalanced();
    }

    [Fact]
    public async Task A_newest_event_that_the_server_refuses_whole_requests_for_costs_no_other()
    {
        bool blocked = true;
        _server.LargestContent = 4000;
        _server.Reject = _ => blocked ? (403, Block) : null;
        Accept(old: 1, young: 0);
        await _stand.UntilAsync(() => _server.Requests > 2, "it is not tried again");
        _stand.Accept("oom", ElasticsearchStand.Document(50, bytes: 6000));
        await _stand.UntilAsync(() => _stand.Sink.Requests(RequestResult.Refused) > 3, "the newest event is not sent");
        Assert.Equal((2, 0), (_stand.Ledger("oom").Pending, _stand.Ledger("oom").DeadLetters));
        blocked = false;
        await _stand.DeliveredAsync();
        Assert.Equal((1, 1), (_stand.Ledger("oom").Stored, _stand.Ledger("oom").DeadLetters));
        Assert.Equal([0L], _server.Numbers);
        _stand.AssertBalanced();
    }

    [Theory]
    [InlineData(403, Block)]
    [InlineData(400, Closed)]
    [InlineData(503, Busy)]
    public async Task While_none_is_taken_all_wait_however_long(int status, string error)
    {
        bool blocked = true;
        _server.Reject = _ => blocked ? (status, error) : null;
        Accept(old: 3, young: 10);
        DateTimeOffset start = _stand.Time.GetUtcNow();
        await _stand.UntilAsync(() => _server.Requests > 0, "nothing is sent");
        _stand.Accept("oom", Numbered.Range(100, 109));
        await _stand.UntilAsync(() => _stand.Time.GetUtcNow() - start > TimeSpan.FromHours(3) && _server.Requests > 30, "it is not tried again", stepSeconds: 10);
        Assert.Equal((23, 0), (_stand.Ledger("oom").Pending, _stand.Ledger("oom").DeadLetters));
        blocked = false;
        await _stand.DeliveredAsync();
        Assert.Equal((23, 0), (_stand.Ledger("oom").Stored, _stand.Ledger("oom").DeadLetters));
        _stand.AssertBalanced();
    }

    [Fact]
    public async Task While_one_after_the_other_is_taken_none_is_given_up()
    {
        // A server is so busy that it takes one event of a request every ten requests.
        int sent = 0;
        long request = 0;
        _server.Reject = _ =>
        {
            bool isFirst = request != _server.Requests;
            request = _server.Requests;
            return isFirst && sent++ % 10 == 0 ? null : (429, Busy);
        };
        Accept(old: 3, young: 10);
        await _stand.UntilAsync(() => _stand.Pending == 0, "events stay pending", stepSeconds: 10);
        Assert.Equal((13, 0), (_stand.Ledger("oom").Stored, _stand.Ledger("oom").DeadLetters));
        Assert.InRange(_server.Requests, 120, 125);
        _stand.AssertBalanced();
    }

    private static bool IsOld(JsonObject document) => document["observed_timestamp"]!.GetValue<string>().StartsWith("2026-11-25", StringComparison.Ordinal);

    private void Accept(int old, int young)
    {
        for (int n = 0; n < old; n++)
            _stand.Accept("oom", ElasticsearchStand.Document(n, time: "2026-11-25T23:59:59.000000000Z"));
        _stand.Accept("oom", Numbered.Range(old, old + young - 1));
    }
}
