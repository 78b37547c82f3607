using System.Text.Json.Nodes;
using Huatuo.Store.Remote;
using Huatuo.Store.Tests.LocalFile;
using Huatuo.Store.Tests.Remote;
using Huatuo.Store.Tests.Spool;

namespace Huatuo.Store.Tests.Elasticsearch;

public sealed class DeliveryTests : IDisposable
{
    private const string Mapping =
        """{"type":"mapper_parsing_exception","reason":"failed to parse field [uploaded_time] of type [date] in document with id '3'. Preview of field's value: 'not a date'","caused_by":{"type":"illegal_argument_exception","reason":"failed to parse date field [not a date]"}}""";

    private const string Busy =
        """{"type":"es_rejected_execution_exception","reason":"rejected execution of coordinating operation"}""";

    private readonly TemporaryDirectory _folder = SpoolStand.Temporary();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Elasticsearch7")]
    [InlineData("Elasticsearch9")]
    [InlineData("OpenSearch")]
    public async Task Every_document_arrives_once_and_is_told_as_stored(string flavour)
    {
        await using var server = new BulkServer(flavour: Enum.Parse<Flavour>(flavour));
        await using var stand = new ElasticsearchStand(_folder.Path, server.Address);
        stand.Accept("oom", Numbered.Range(0, 1499));
        stand.Accept("ras", Numbered.Range(1500, 1599));
        await stand.DeliveredAsync();
        Assert.Equal(Numbered.Range(0, 1599), server.Numbers.Order());
        Assert.All(server.Documents.Keys, key => Assert.Equal("huatuo_bamai", key.Index));
        Assert.Equal((1500, 100), (stand.Ledger("oom").Stored, stand.Ledger("ras").Stored));
        Assert.Equal(0, server.Conflicts);
        Assert.Empty(stand.Log);
        stand.AssertBalanced();
    }

    [Fact]
    public async Task A_document_is_sent_as_it_is_with_its_time_for_the_server()
    {
        await using var server = new BulkServer();
        await using var stand = new ElasticsearchStand(new RemoteSinkOptions { Addresses = [server.Address], SpoolDirectory = _folder.Path, Compress = false });
        byte[] document = ElasticsearchStand.Document(7);
        stand.Accept("oom", document);
        await stand.DeliveredAsync();
        string sent = Assert.Single(server.Documents).Value;
        Assert.Equal("""{"@timestamp":"2026-11-26T08:00:00.000000000Z",""" + System.Text.Encoding.UTF8.GetString(document)[1..], sent);
    }

    [Fact]
    public async Task The_index_is_chosen_by_the_time_of_the_document()
    {
        await using var server = new BulkServer();
        await using var stand = new ElasticsearchStand(new RemoteSinkOptions { Addresses = [server.Address], SpoolDirectory = _folder.Path }, "huatuo-{yyyy.MM.dd}");
        stand.Accept("oom", ElasticsearchStand.Document(1, time: "2026-11-25T23:59:59.999999999Z"));
        stand.Accept("oom", ElasticsearchStand.Document(2, time: "2026-11-26T00:00:00.000000000Z"));
        stand.Accept("oom", ElasticsearchStand.Document(3, time: "2025-01-02T03:04:05.000000000Z"));
        await stand.DeliveredAsync();
        Assert.Equal(["huatuo-2025.01.02", "huatuo-2026.11.25", "huatuo-2026.11.26"], server.Documents.Keys.Select(key => key.Index).Order());
    }

    [Fact]
    public async Task The_last_part_of_a_millisecond_of_a_pause_is_waited_for()
    {
        await using var server = new BulkServer();
        int refusals = 0;
        server.Instead = _ => Interlocked.Increment(ref refusals) == 1 ? new TestAnswer(503, "{}") : null;
        await using var stand = new ElasticsearchStand(_folder.Path, server.Address);
        stand.Accept("oom", Numbered.Range(0, 9));
        // The sink goes on within the call that moves time, and would not come back from it.
        await Task.Run(() => stand.UntilAsync(() => stand.Pending == 0, "the pause does not end", stepSeconds: 0.001), TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(90), TestContext.Current.CancellationToken);
        Assert.Equal(Numbered.Range(0, 9), server.Numbers.Order());
        stand.AssertBalanced();
    }

    [Theory]
    [InlineData("""{"observed_timestamp":"2026-11-26T08:00:00Z"}""", "the document has no id, or no observed_timestamp")]
    [InlineData("""{"id":"x","tracer_data":{"observed_timestamp":"2026-11-26T08:00:00Z"}}""", "the document has no id, or no observed_timestamp")]
    [InlineData("""{"id":"x","observed_timestamp":"yesterday, late"}""", "the document's observed_timestamp is no time")]
    [InlineData("not JSON", "the document has no id, or no observed_timestamp")]
    public async Task What_cannot_be_sent_is_a_dead_letter(string document, string reason)
    {
        await using var server = new BulkServer();
        await using var stand = new ElasticsearchStand(new RemoteSinkOptions { Addresses = [server.Address], SpoolDirectory = _folder.Path }, "huatuo-{yyyy.MM}");
        stand.Accept("oom", System.Text.Encoding.UTF8.GetBytes(document));
        stand.Accept("oom", Numbered.Range(1, 1));
        await stand.DeliveredAsync();
        Assert.Equal([1L], server.Numbers);
        Assert.Equal((1, 1), (stand.Ledger("oom").Stored, stand.Ledger("oom").DeadLetters));
        Assert.Contains($"\"reason\":\"{reason.Replace("'", "\\u0027", StringComparison.Ordinal)}\"", Assert.Single(stand.Refused));
    }

    [Fact]
    public async Task Items_are_judged_one_by_one()
    {
        await using var server = new BulkServer(flavour: Flavour.Elasticsearch7);
        int busy = 3;
        server.Reject = document => (document["n"]!.GetValue<long>() % 5) switch
        {
            1 => (400, Mapping),
            2 when busy-- > 0 => (429, Busy),
            3 when busy > -5 => (503, """{"type":"unavailable_shards_exception","reason":"[huatuo_bamai][0] primary shard is not active"}"""),
            _ => null,
        };
        await using var stand = new ElasticsearchStand(_folder.Path, server.Address);
        stand.Accept("oom", Numbered.Range(0, 49));
        await stand.DeliveredAsync();
        Assert.Equal(Numbered.Range(0, 49).Where(n => n % 5 != 1), server.Numbers.Order());
        Assert.Equal((40, 10), (stand.Ledger("oom").Stored, stand.Ledger("oom").DeadLetters));
        Assert.Equal(0, server.Conflicts);
        stand.AssertBalanced();
        JsonNode[] refused = [.. stand.Refused.Select(line => JsonNode.Parse(line)!)];
        Assert.Equal(Numbered.Range(0, 49).Where(n => n % 5 == 1), refused.Select(line => line["document"]!["n"]!.GetValue<long>()));
        Assert.All(refused, line => Assert.StartsWith("400 mapper_parsing_exception: failed to parse field [uploaded_time]", line["reason"]!.GetValue<string>(), StringComparison.Ordinal));
        Assert.Contains(stand.Log, line => line.StartsWith("elasticsearch: refused so far: 1 events, the last because of 400 mapper_parsing_exception", StringComparison.Ordinal));
        Assert.Contains("elasticsearch: events are delivered again", stand.Log);
    }

    [Theory]
    [InlineData("""{"type":"validation_exception","reason":"this action would add [2] shards, but this cluster currently has [1000]/[1000] maximum normal shards open"}""")]
    [InlineData("""{"type":"illegal_argument_exception","reason":"Validation Failed: 1: this action would add [2] total shards, but this cluster currently has [1000]/[1000] maximum shards open;"}""")]
    public async Task As_many_shards_as_a_cluster_allows_is_waited_for(string error)
    {
        await using var server = new BulkServer();
        bool full = true;
        server.Reject = _ => full ? (400, error) : null;
        await using var stand = new ElasticsearchStand(_folder.Path, server.Address);
        stand.Accept("oom", Numbered.Range(0, 9));
        await stand.UntilAsync(() => server.Requests > 3, "it is not tried again");
        Assert.Equal(10, stand.Ledger("oom").Pending);
        full = false;
        await stand.DeliveredAsync();
        Assert.Equal(Numbered.Range(0, 9), server.Numbers.Order());
    }

    [Fact]
    public async Task A_request_that_is_too_large_is_halved_and_a_document_that_is_becomes_a_dead_letter()
    {
        await using var server = new BulkServer { LargestContent = 10_000 };
        await using var stand = new ElasticsearchStand(_folder.Path, server.Address);
        stand.Accept("oom", Numbered.Range(0, 99), bytes: 1000);
        stand.Accept("oom", ElasticsearchStand.Document(100, bytes: 20_000));
        stand.Accept("oom", Numbered.Range(101, 150), bytes: 1000);
        await stand.DeliveredAsync();
        Assert.Equal(Numbered.Range(0, 150).Where(n => n != 100), server.Numbers.Order());
        Assert.Equal((150, 1), (stand.Ledger("oom").Stored, stand.Ledger("oom").DeadLetters));
        Assert.Contains($"{server.Address} answers 413: ", Assert.Single(stand.Refused));
        Assert.Equal(0, server.Conflicts);
        stand.AssertBalanced();
    }

    [Theory]
    [InlineData(401, """{"error":{"root_cause":[],"type":"security_exception","reason":"unable to authenticate user [huatuo]"},"status":401}""", "refuses the credentials (401): security_exception: unable to authenticate user [huatuo]")]
    [InlineData(403, "Forbidden", "refuses the credentials (403): Forbidden")]
    [InlineData(429, """{"error":"too many"}""", "answers 429: too many")]
    [InlineData(503, "<html>\r\nout\u001b[31m of order</html>", "answers 503: <html>  out [31m of order</html>")]
    [InlineData(400, """{"error":{"type":"validation_exception","reason":"this action would add [2] shards"},"status":400}""", "answers 400: validation_exception: this action would add [2] shards")]
    [InlineData(400, """{"error":{"type":"illegal_argument_exception","reason":"Validation Failed: 1: this action would add [2] total shards, but this cluster currently has [1000]/[1000] maximum shards open;"},"status":400}""", "answers 400: illegal_argument_exception: Validation Failed: 1: this action would add [2] total shards, but this cluster currently has [1000]/[1000] maximum shards open;")]
    [InlineData(403, """{"error":{"root_cause":[{"type":"cluster_block_exception","reason":"blocked by: [FORBIDDEN/8/index write (api)];"}],"type":"cluster_block_exception","reason":"blocked by: [FORBIDDEN/8/index write (api)];"},"status":403}""", "refuses the credentials (403): cluster_block_exception: blocked by: [FORBIDDEN/8/index write (api)];")]
    [InlineData(429, """{"error":{"root_cause":[{"type":"es_rejected_execution_exception","reason":"rejected execution of coordinating operation"}],"type":"es_rejected_execution_exception","reason":"rejected execution of coordinating operation"},"status":429}""", "answers 429: es_rejected_execution_exception: rejected execution of coordinating operation")]
    [InlineData(503, """{"error":{"root_cause":[{"type":"cluster_block_exception","reason":"blocked by: [SERVICE_UNAVAILABLE/1/state not recovered / initialized];"}],"type":"cluster_block_exception","reason":"blocked by: [SERVICE_UNAVAILABLE/1/state not recovered / initialized];"},"status":503}""", "answers 503: cluster_block_exception: blocked by: [SERVICE_UNAVAILABLE/1/state not recovered / initialized];")]
    [InlineData(404, "", "answers 404: ")]
    [InlineData(302, "", "answers 302: ")]
    public async Task A_whole_request_that_is_not_taken_is_told_and_tried_again(int status, string body, string told)
    {
        await using var server = new BulkServer();
        server.Instead = _ => server.Requests <= 4 ? new TestAnswer(status, body) : null;
        await using var stand = new ElasticsearchStand(_folder.Path, server.Address);
        stand.Accept("oom", Numbered.Range(0, 99));
        await stand.UntilAsync(() => server.Requests == 3, "it is not tried again");
        Assert.Equal((100, 0), (stand.Ledger("oom").Pending, stand.Ledger("oom").DeadLetters));
        await stand.DeliveredAsync();
        Assert.Equal(Numbered.Range(0, 99), server.Numbers.Order());
        Assert.Equal([$"elasticsearch: {server.Address} {told}; events wait in the spool", "elasticsearch: events are delivered again"], stand.Log);
        stand.AssertBalanced();
    }

    [Fact]
    public async Task The_server_is_left_alone_as_long_as_it_asks()
    {
        await using var server = new BulkServer();
        server.Instead = _ => server.Requests == 1 ? new TestAnswer(429, "{}") { Headers = "Retry-After: 120\r\n" } : null;
        await using var stand = new ElasticsearchStand(_folder.Path, server.Address);
        stand.Accept("oom", Numbered.Range(0, 9));
        await stand.UntilAsync(() => stand.Sink.Failing, "nothing is sent");
        DateTimeOffset start = stand.Time.GetUtcNow();
        await stand.DeliveredAsync();
        Assert.True(stand.Time.GetUtcNow() - start >= TimeSpan.FromSeconds(115), $"it came back after {stand.Time.GetUtcNow() - start}");
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("half a head")]
    [InlineData("half a body")]
    [InlineData("garbage")]
    [InlineData("no http")]
    [InlineData("no items")]
    [InlineData("other items")]
    [InlineData("no status")]
    [InlineData("deep")]
    [InlineData("huge")]
    [InlineData("huge and told")]
    public async Task An_answer_that_is_none_is_no_delivery_and_costs_no_document(string what)
    {
        await using var server = new BulkServer();
        server.Instead = request => server.Requests > 3 ? null : Broken(what);
        await using var stand = new ElasticsearchStand(_folder.Path, server.Address);
        stand.Accept("oom", Numbered.Range(0, 99));
        await stand.UntilAsync(() => server.Requests >= 3, "it is not tried again");
        Assert.Equal(0, stand.Ledger("oom").DeadLetters);
        await stand.DeliveredAsync();
        Assert.Equal(Numbered.Range(0, 99), server.Numbers.Order());
        Assert.Equal(100, stand.Ledger("oom").Stored);
        Assert.EndsWith("events wait in the spool", stand.Log.First(), StringComparison.Ordinal);
        stand.AssertBalanced();
    }

    [Fact]
    public async Task An_answer_that_was_lost_costs_no_duplicate()
    {
        await using var server = new BulkServer();
        int lost = 0;
        var own = new BulkServer();
        server.Instead = request =>
        {
            if (lost++ >= 3)
                return null;
            foreach ((string index, string id, string document) in BulkServer.Parse(request))
                server.Documents.TryAdd((index, id), document);
            return new TestAnswer(200, "") { CutAfter = 20 };
        };
        await using var stand = new ElasticsearchStand(_folder.Path, server.Address);
        stand.Accept("oom", Numbered.Range(0, 199));
        await stand.DeliveredAsync();
        Assert.Equal(Numbered.Range(0, 199), server.Numbers.Order());
        Assert.Equal((200, 200), (stand.Ledger("oom").Stored, server.Conflicts));
        await own.DisposeAsync();
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up_after_the_timeout_and_another_is_asked()
    {
        await using var slow = new BulkServer();
        await using var good = new BulkServer();
        slow.Instead = _ => new TestAnswer(200, "") { After = Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken) };
        await using var stand = new ElasticsearchStand(new RemoteSinkOptions { Addresses = [slow.Address, good.Address], SpoolDirectory = _folder.Path, Timeout = TimeSpan.FromSeconds(30) });
        for (int i = 0; i < 10; i++)
        {
            stand.Accept("oom", Numbered.Range(i * 10, (i * 10) + 9));
            await stand.UntilAsync(() => stand.Pending == 0, "documents stay pending", stepSeconds: 0.2);
        }
        Assert.Equal(Numbered.Range(0, 99), good.Numbers.Order());
        Assert.True(slow.Requests >= 1);
        Assert.Contains($"elasticsearch: {slow.Address}: no answer within 30 s; events wait in the spool", stand.Log);
    }

    [Fact]
    public async Task Servers_are_asked_in_turn()
    {
        await using var first = new BulkServer();
        await using var second = new BulkServer();
        await using var stand = new ElasticsearchStand(_folder.Path, first.Address, second.Address);
        for (int i = 0; i < 10; i++)
        {
            stand.Accept("oom", Numbered.Range(i, i));
            await stand.DeliveredAsync();
        }
        Assert.Equal((5, 5), (first.Requests, second.Requests));
    }

    private static TestAnswer Broken(string what) => what switch
    {
        "nothing" => new TestAnswer(200, "{}") { CutAfter = 0 },
        "half a head" => new TestAnswer(200, "{}") { CutAfter = 25 },
        "half a body" => new TestAnswer(200, """{"took":1,"errors":false,"items":[{"create":{"_index":"huatuo_bamai","_id":"1","status":201}},""" + new string(' ', 1000)) { CutAfter = 300 },
        "garbage" => new TestAnswer(200, "\0\u0001<html>[{{{"),
        "no http" => new TestAnswer(200, "") { Raw = "SSH-2.0-OpenSSH_9.2\r\n"u8.ToArray() },
        "no items" => new TestAnswer(200, """{"took":1,"errors":false}"""),
        "other items" => new TestAnswer(200, """{"took":1,"errors":false,"items":[{"create":{"_index":"huatuo_bamai","_id":"1","status":201}}]}"""),
        "no status" => new TestAnswer(200, $$"""{"took":1,"errors":false,"items":[{{string.Join(',', Enumerable.Repeat("""{"create":{}}""", 100))}}]}"""),
        "deep" => new TestAnswer(200, new string('[', 100_000)),
        "huge" => new TestAnswer(200, "") { Raw = [.. "HTTP/1.1 200 OK\r\n\r\n"u8, .. new byte[17 << 20]] },
        _ => new TestAnswer(200, "") { Raw = "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{"u8.ToArray() },
    };
}
