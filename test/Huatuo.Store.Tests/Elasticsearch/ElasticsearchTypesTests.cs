using System.Text;
using System.Text.Json.Nodes;
using Huatuo.Store.Elasticsearch;
using Huatuo.Store.Remote;
using Huatuo.Store.Tests.Remote;

namespace Huatuo.Store.Tests.Elasticsearch;

/// <summary>What the sink sends, and what the test server answers, against the official client's type definitions.</summary>
public sealed class ElasticsearchTypesTests
{
    private const string Created =
        """{"create":{"_index":"i","_id":"1","_version":1,"result":"created","_shards":{"total":2,"successful":1,"failed":0},"_seq_no":0,"_primary_term":1,"status":201}}""";

    [Theory]
    [InlineData("""{"create":{"_index":"i","_id":"1"}}""", true)]
    [InlineData("""{"create":{"_index":"i","_id":"1","pipeline":"p","require_alias":true}}""", true)]
    [InlineData("""{"create":{"_index":"i","_id":1}}""", false)]
    [InlineData("""{"create":{"_index":"i","_id":"1","_type":"_doc"}}""", false)]
    [InlineData("""{"create":{"_index":["i"],"_id":"1"}}""", false)]
    [InlineData("""{"creates":{"_index":"i","_id":"1"}}""", false)]
    [InlineData("""{"create":{"_id":"1"},"index":{"_id":"1"}}""", false)]
    [InlineData("""["create"]""", false)]
    public void Actions(string action, bool fits) => AssertFits("bulk_action", action, fits);

    [Theory]
    [InlineData("""{"took":1,"errors":false,"items":[ITEM]}""", true)]
    [InlineData("""{"took":1,"errors":true,"items":[ITEM,{"create":{"_index":"i","_id":"2","status":429,"error":{"type":"t","reason":"r","index":"i"}}}]}""", true)]
    [InlineData("""{"errors":false,"items":[ITEM]}""", false)]
    [InlineData("""{"took":1,"items":[ITEM]}""", false)]
    [InlineData("""{"took":1,"errors":"no","items":[ITEM]}""", false)]
    [InlineData("""{"took":1,"errors":false}""", false)]
    [InlineData("""{"took":1,"errors":false,"items":ITEM}""", false)]
    [InlineData("""{"took":1,"errors":false,"items":[ITEM],"status":200}""", false)]
    [InlineData("""{"took":1,"errors":false,"items":[{"created":{"_index":"i","status":201}}]}""", false)]
    [InlineData("""{"took":1,"errors":false,"items":[{"create":{"_index":"i","_id":"1"}}]}""", false)]
    [InlineData("""{"took":1,"errors":false,"items":[{"create":{"_id":"1","status":201}}]}""", false)]
    [InlineData("""{"took":1,"errors":false,"items":[{"create":{"_index":"i","status":"201"}}]}""", false)]
    [InlineData("""{"took":1,"errors":false,"items":[{"create":{"_index":"i","_type":"_doc","_id":"1","status":201}}]}""", false)]
    [InlineData("""{"took":1,"errors":true,"items":[{"create":{"_index":"i","status":400,"error":"mapper_parsing_exception"}}]}""", false)]
    [InlineData("""{"took":1,"errors":true,"items":[{"create":{"_index":"i","status":400,"error":{"reason":"r"}}}]}""", false)]
    public void Replies(string reply, bool fits) => AssertFits("bulk_response", reply.Replace("ITEM", Created, StringComparison.Ordinal), fits);

    [Theory]
    [InlineData("""{"error":{"root_cause":[{"type":"t","reason":"r"}],"type":"t","reason":"r","caused_by":{"type":"u"}},"status":429}""", true)]
    [InlineData("""{"error":{"type":"t","reason":"r"}}""", false)]
    [InlineData("""{"error":{"reason":"r"},"status":429}""", false)]
    [InlineData("""{"error":{"type":"t","root_cause":{"type":"t"}},"status":429}""", false)]
    [InlineData("""{"error":"t","status":429}""", false)]
    public void Errors(string error, bool fits) => AssertFits("error_response", error, fits);

    [Theory]
    [InlineData("", true)]
    [InlineData("\"priority\"=\"priorities\"", false)]
    [InlineData("\"index_patterns\":[\"=\"index_patterns\":[1,\"", false)]
    [InlineData("\"data_stream\":{}=\"data_stream\":{\"hide\":true}", false)]
    [InlineData("\"settings\"=\"setting\"", false)]
    [InlineData("\"date_detection\":false=\"date_detection\":\"no\"", false)]
    [InlineData("\"type\":\"date_nanos\"=\"type\":\"date_nano\"", false)]
    [InlineData("\"type\":\"keyword\",\"ignore_above\"=\"type\":\"keyword\",\"ignore\"", false)]
    [InlineData("\"match_mapping_type\"=\"match_type\"", false)]
    public void Templates(string change, bool fits) => AssertFits("put_index_template_body", Changed(Shown("/_index_template/"), change), fits);

    [Theory]
    [InlineData("", true)]
    [InlineData("\"phases\"=\"phase\"", false)]
    [InlineData("\"hot\"=\"hottest\"", false)]
    [InlineData("\"max_age\"=\"age\"", false)]
    [InlineData("\"delete\":{}=\"delete\":{\"after\":\"1d\"}", false)]
    public void Policies(string change, bool fits) => AssertFits("put_lifecycle_body", Changed(Shown("/_ilm/policy/"), change), fits);

    [Fact]
    public async Task The_server_refuses_a_request_that_no_client_could_send()
    {
        await using var server = new BulkServer();
        TestRequest sent = Request("""{"create":{"_index":"i","_id":"1"}}""");
        Assert.Single(BulkServer.Parse(sent));
        Exception refused = Assert.ThrowsAny<Exception>(() => BulkServer.Parse(Request("""{"create":{"_index":"i","_id":"1","op_type":"create"}}""")));
        Assert.StartsWith("no bulk_action: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("/bulk_action/create/op_type: ", refused.Message, StringComparison.Ordinal);
    }

    private static TestRequest Request(string action) => new("POST", "/_bulk", new Dictionary<string, string> { ["content-type"] = "application/x-ndjson" },
        Encoding.UTF8.GetBytes(action + "\n" + """{"@timestamp":"2026-11-26T08:00:00Z","id":"1","observed_timestamp":"2026-11-26T08:00:00Z"}""" + "\n"));

    private static void AssertFits(string type, string json, bool fits)
    {
        string? fault = ElasticsearchTypes.Fault(type, JsonNode.Parse(json)!);
        Assert.True(fits == fault is null, fault ?? $"it is taken: {json}");
    }

    // What is sent for a data stream.
    private static string Shown(string path)
    {
        var options = new RemoteSinkOptions { Addresses = [new Uri("http://127.0.0.1:9")], SpoolDirectory = "/nowhere" };
        using var installer = new TemplateInstaller(options, new IndexTemplate(IndexName.Parse("huatuo-events", out _)!, true, 30), TimeProvider.System);
        return installer.Show(isOpenSearch: false).Single(request => request.StartsWith("PUT " + path, StringComparison.Ordinal)).Split('\n', 2)[1];
    }

    private static string Changed(string body, string change)
    {
        if (change.Length == 0)
            return body;
        string[] parts = change.Split('=');
        Assert.Contains(parts[0], body, StringComparison.Ordinal);
        return body.Replace(parts[0], parts[1], StringComparison.Ordinal);
    }
}
