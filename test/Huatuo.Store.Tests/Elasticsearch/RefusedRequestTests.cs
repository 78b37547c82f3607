using System.Text.Json.Nodes;
using Huatuo.Store.Remote;
using Huatuo.Store.Tests.LocalFile;
using Huatuo.Store.Tests.Remote;
using Huatuo.Store.Tests.Spool;

namespace Huatuo.Store.Tests.Elasticsearch;

/// <summary>Requests that are refused as a whole with 400.</summary>
public sealed class RefusedRequestTests : IAsyncDisposable
{
    // As recorded from Elasticsearch 7.10.
    private const string Malformed =
        """{"error":{"root_cause":[{"type":"illegal_argument_exception","reason":"Malformed action/metadata line [3]"}],"type":"illegal_argument_exception","reason":"Malformed action/metadata line [3]"},"status":400}""";

    private readonly TemporaryDirectory _folder = SpoolStand.Temporary();
    private readonly BulkServer _server = new();
    private readonly ElasticsearchStand _stand;

    public RefusedRequestTests() => _stand = new ElasticsearchStand(_folder.Path, _server.Address);

    public async ValueTask DisposeAsync()
    {
        await _stand.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task The_document_that_is_meant_is_found_and_the_others_arrive()
    {
        RefuseThoseWith(Malformed, 7, 8, 400, 699);
        _stand.Accept("oom", Numbered.Range(0, 499));
        _stand.Accept("ras", Numbered.Range(500, 699));
        await _stand.DeliveredAsync();
        _stand.Accept("oom", Numbered.Range(700, 799));
        await _stand.DeliveredAsync();
        Assert.Equal(Numbered.Range(0, 799).Except([7L, 8, 400, 699]), _server.Numbers.Order());
        Assert.Equal((597, 3), (_stand.Ledger("oom").Stored, _stand.Ledger("oom").DeadLetters));
        Assert.Equal((199, 1), (_stand.Ledger("ras").Stored, _stand.Ledger("ras").DeadLetters));
        Assert.Equal(0, _server.Conflicts);
        _stand.AssertBalanced();
        JsonNode[] refused = [.. _stand.Refused.Select(line => JsonNode.Parse(line)!)];
        Assert.Equal([7L, 8, 400, 699], refused.Select(line => line["document"]!["n"]!.GetValue<long>()).Order());
        Assert.All(refused, line => Assert.Equal($"{_server.Address} answers 400: illegal_argument_exception: Malformed action/metadata line [3]", line["reason"]!.GetValue<string>()));
        Assert.True(_stand.Sink.Requests(RequestResult.Refused) > 4);
        Assert.Equal(0, _stand.Sink.Requests(RequestResult.Failed));
        Assert.DoesNotContain(_stand.Log, line => line.Contains("wait in the spool", StringComparison.Ordinal));
    }

    [Fact]
    public async Task When_all_are_refused_each_costs_two_requests_at_most()
    {
        _server.Instead = _ => new TestAnswer(400, Malformed);
        _stand.Accept("oom", Numbered.Range(0, 63));
        await _stand.DeliveredAsync();
        Assert.Equal((0, 64), (_stand.Ledger("oom").Stored, _stand.Ledger("oom").DeadLetters));
        Assert.InRange(_server.Requests, 64, 128);
        _stand.AssertBalanced();
    }

    [Fact]
    public async Task A_document_that_is_too_large_beside_one_that_is_refused_holds_up_nothing()
    {
        _server.LargestContent = 4000;
        RefuseThoseWith(Malformed, 11, 61);
        _stand.Accept("oom", Numbered.Range(0, 59));
        _stand.Accept("oom", ElasticsearchStand.Document(60, bytes: 6000));
        _stand.Accept("oom", Numbered.Range(61, 99));
        await _stand.DeliveredAsync();
        Assert.Equal(Numbered.Range(0, 99).Except([11L, 60, 61]), _server.Numbers.Order());
        Assert.Equal((97, 3), (_stand.Ledger("oom").Stored, _stand.Ledger("oom").DeadLetters));
        _stand.AssertBalanced();
    }

    [Theory]
    [InlineData("<html>400 The plain HTTP request was sent to HTTPS port</html>")]
    [InlineData("""{"error":"no handler found for uri [/es/_bulk] and method [POST]"}""")]
    [InlineData("")]
    public async Task An_answer_that_may_come_from_elsewhere_costs_nothing_when_it_is_mended(string answer)
    {
        bool mended = false;
        _server.Instead = _ => mended ? null : new TestAnswer(400, answer);
        _stand.Accept("oom", Numbered.Range(0, 99));
        await _stand.UntilAsync(() => _stand.Sink.Requests(RequestResult.Failed) >= 3, "it is not told as a failure");
        mended = true;
        await _stand.DeliveredAsync();
        Assert.Equal(Numbered.Range(0, 99), _server.Numbers.Order());
        Assert.Equal((100, 0), (_stand.Ledger("oom").Stored, _stand.Ledger("oom").DeadLetters));
        Assert.Contains(_stand.Log, line => line.Contains("answers 400: ", StringComparison.Ordinal) && line.EndsWith("; events wait in the spool", StringComparison.Ordinal));
        Assert.Contains("elasticsearch: events are delivered again", _stand.Log);
        _stand.AssertBalanced();
    }

    [Fact]
    public async Task A_document_that_something_on_the_way_always_refuses_is_given_up_after_ten_tries()
    {
        RefuseThoseWith("<html>400 Bad Request</html>", 7);
        _stand.Accept("oom", Numbered.Range(0, 31));
        await _stand.DeliveredAsync();
        Assert.Equal(Numbered.Range(0, 31).Where(n => n != 7), _server.Numbers.Order());
        Assert.Equal((31, 1), (_stand.Ledger("oom").Stored, _stand.Ledger("oom").DeadLetters));
        Assert.Equal(9, _stand.Sink.Requests(RequestResult.Failed));
        Assert.Contains($"\"reason\":\"{_server.Address} answers 400: \\u003Chtml\\u003E400 Bad Request", Assert.Single(_stand.Refused));
        _stand.AssertBalanced();
    }

    private void RefuseThoseWith(string answer, params long[] numbers) => _server.Instead = request =>
        BulkServer.Parse(request).Exists(sent => numbers.Contains(JsonNode.Parse(sent.Document)!["n"]!.GetValue<long>())) ? new TestAnswer(400, answer) : null;
}
