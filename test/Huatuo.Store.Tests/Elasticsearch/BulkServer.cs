using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Huatuo.Store.Tests.Remote;

namespace Huatuo.Store.Tests.Elasticsearch;

/// <summary>Whose answers they look like.</summary>
internal enum Flavour
{
    /// <summary>As recorded from Elasticsearch 7.10: items have a <c>_type</c>.</summary>
    Elasticsearch7,

    /// <summary>Elasticsearch 8 and 9: no <c>_type</c>, the product's header.</summary>
    Elasticsearch9,

    /// <summary>OpenSearch: no <c>_type</c>, no product's header.</summary>
    OpenSearch,
}

/// <summary>
/// The <c>_bulk</c> API of a server that keeps documents by index and identifier. It takes nothing that the client's type
/// definitions (<see cref="ElasticsearchTypes"/>) do not know, and answers nothing that they do not, but for the <c>_type</c> of 7.10.
/// </summary>
internal sealed class BulkServer(int port = 0, X509Certificate2? certificate = null, Flavour flavour = Flavour.Elasticsearch9) : TestServer(port, certificate)
{
    private readonly Lock _gate = new();
    private long _sequence;

    /// <summary>Documents by index and identifier.</summary>
    public ConcurrentDictionary<(string Index, string Id), string> Documents { get; } = [];

    /// <summary>Documents that were sent again.</summary>
    public long Conflicts { get; private set; }

    /// <summary>Documents in the requests that were answered.</summary>
    public long Received { get; private set; }

    /// <summary>Sizes of the requests in documents.</summary>
    public ConcurrentQueue<int> Sizes { get; } = [];

    /// <summary>What becomes of a document instead of being kept: the status and the error.</summary>
    public Func<JsonObject, (int Status, string Error)?>? Reject { get; set; }

    /// <summary>A request with more bytes of content is answered by 413.</summary>
    public int? LargestContent { get; set; }

    /// <summary>The number that a document of the tests carries.</summary>
    public IEnumerable<long> Numbers => Documents.Values.Select(document => JsonNode.Parse(document)!["n"]!.GetValue<long>());

    /// <summary>Reads a request as strictly as the server's own type definitions are.</summary>
    public static List<(string Index, string Id, string Document)> Parse(TestRequest request)
    {
        Assert.Equal(("POST", "/_bulk"), (request.Method, request.Path));
        Assert.Equal("application/x-ndjson", request.Headers["content-type"]);
        string content = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(request.Content);
        Assert.EndsWith("\n", content, StringComparison.Ordinal);
        string[] lines = content[..^1].Split('\n');
        Assert.Equal(0, lines.Length % 2);
        List<(string Index, string Id, string Document)> documents = [];
        for (int i = 0; i < lines.Length; i += 2)
        {
            JsonObject line = Object(lines[i]);
            ElasticsearchTypes.Fits("bulk_action", line);
            (string operation, JsonNode? action) = Assert.Single(line);
            Assert.Equal("create", operation);
            JsonObject document = Object(lines[i + 1]);
            Assert.Equal(document["observed_timestamp"]!.GetValue<string>(), document["@timestamp"]!.GetValue<string>());
            Assert.Equal(document["id"]!.GetValue<string>(), action!["_id"]!.GetValue<string>());
            documents.Add((action["_index"]!.GetValue<string>(), action["_id"]!.GetValue<string>(), lines[i + 1]));
        }
        return documents;
    }

    protected override TestAnswer Answer(TestRequest request)
    {
        List<(string Index, string Id, string Document)> documents = Parse(request);
        lock (_gate)
        {
            Sizes.Enqueue(documents.Count);
            if (request.Content.Length > LargestContent)
                return new TestAnswer(413, "<html><body>413 Request Entity Too Large</body></html>");
            Received += documents.Count;
            var items = new JsonArray([.. documents.Select(document => new JsonObject { ["create"] = Item(document) })]);
            bool errors = items.Any(item => item!["create"]!["error"] is not null);
            var reply = new JsonObject { ["took"] = 3, ["errors"] = errors, ["items"] = items };
            FitsTypes(reply);
            return new TestAnswer(200, reply.ToJsonString()) { Headers = flavour == Flavour.Elasticsearch9 ? "X-elastic-product: Elasticsearch\r\n" : "" };
        }
    }

    // A test's own answer may be no answer of Elasticsearch at all. One that tells an error as an object is meant to be one.
    protected override void Check(TestAnswer answer)
    {
        if (answer.Status >= 400 && ParsedOrNull(answer.Body) is { } reply && reply["error"] is JsonObject)
            ElasticsearchTypes.Fits("error_response", reply);
    }

    private void FitsTypes(JsonObject reply)
    {
        JsonNode known = reply.DeepClone();
        if (flavour == Flavour.Elasticsearch7)
            foreach (JsonNode? item in known["items"]!.AsArray())
                Assert.True(item!["create"]!.AsObject().Remove("_type"));
        ElasticsearchTypes.Fits("bulk_response", known);
    }

    private static JsonObject? ParsedOrNull(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private JsonObject Item((string Index, string Id, string Document) document)
    {
        var item = new JsonObject { ["_index"] = document.Index };
        if (flavour == Flavour.Elasticsearch7)
            item["_type"] = "_doc";
        item["_id"] = document.Id;
        if (Reject?.Invoke(Object(document.Document)) is var (status, error))
            return Failed(item, status, JsonNode.Parse(error)!);
        if (!Documents.TryAdd((document.Index, document.Id), document.Document))
        {
            Conflicts++;
            return Failed(item, 409, new JsonObject
            {
                ["type"] = "version_conflict_engine_exception",
                ["reason"] = $"[{document.Id}]: version conflict, document already exists (current version [1])",
                ["index_uuid"] = "1bRS8P_cTUiozu2h5mFEow",
                ["shard"] = "0",
                ["index"] = document.Index,
            });
        }
        item["_version"] = 1;
        item["result"] = "created";
        item["_shards"] = new JsonObject { ["total"] = 2, ["successful"] = 1, ["failed"] = 0 };
        item["_seq_no"] = _sequence++;
        item["_primary_term"] = 1;
        item["status"] = 201;
        return item;
    }

    private static JsonObject Failed(JsonObject item, int status, JsonNode error)
    {
        item["status"] = status;
        item["error"] = error;
        return item;
    }

    // Members that are there twice are refused.
    private static JsonObject Object(string line)
    {
        JsonObject parsed = JsonNode.Parse(line, null, new JsonDocumentOptions { AllowDuplicateProperties = false })!.AsObject();
        Assert.NotEmpty(parsed);
        return parsed;
    }
}
