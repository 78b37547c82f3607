using System.Text;
using System.Text.Json.Nodes;
using Huatuo.Store.Elasticsearch;
using Huatuo.Store.Remote;
using Huatuo.Store.Tests.Remote;

namespace Huatuo.Store.Tests.Elasticsearch;

public sealed class TemplateTests
{
    private const string Acknowledged = """{"acknowledged":true}""";

    // As the client's types have it; a test names what its server tells otherwise.
    private const string Info =
        """
        {"name":"n1","cluster_name":"docker-cluster","cluster_uuid":"AXlvBrJYRX2QXvFq0zVXxQ","tagline":"You Know, for Search","version":{"number":"9.1.0","build_flavor":"default",
        "build_type":"docker","build_hash":"3a5a7a3c1b6e","build_date":"2026-02-03T04:05:06.000000000Z","build_snapshot":false,"lucene_version":"10.2.2",
        "minimum_wire_compatibility_version":"8.19.0","minimum_index_compatibility_version":"8.0.0"}}
        """;

    [Fact]
    public async Task On_Elasticsearch_with_indices_by_day()
    {
        List<(string Path, string Body)> puts = [];
        List<string> said = await InstallAsync("huatuo-{yyyy.MM.dd}", dataStream: false, """{"version":{"number":"8.15.0","build_flavor":"default"}}""", _ => null, puts);
        Assert.Equal(["/_ilm/policy/huatuo", "/_index_template/huatuo"], puts.Select(put => put.Path));
        Assert.Equal(
            """{"policy":{"phases":{"hot":{"min_age":"0ms","actions":{}},"delete":{"min_age":"30d","actions":{"delete":{}}}}}}""",
            puts[0].Body);
        JsonNode template = JsonNode.Parse(puts[1].Body)!;
        Assert.Equal("""["huatuo-*"]""", template["index_patterns"]!.ToJsonString());
        Assert.Null(template["data_stream"]);
        Assert.Equal("huatuo", template["template"]!["settings"]!["index.lifecycle.name"]!.GetValue<string>());
        JsonNode properties = template["template"]!["mappings"]!["properties"]!;
        Assert.Equal("""{"type":"date_nanos"}""", properties["@timestamp"]!.ToJsonString());
        Assert.Equal("""{"type":"keyword"}""", properties["tracer_name"]!.ToJsonString());
        Assert.Equal("""{"type":"flattened"}""", properties["pod_labels"]!.ToJsonString());
        Assert.Equal("http://ADDRESS/ is Elasticsearch 8.15.0; the policy huatuo is there; the index template huatuo is there", string.Join("; ", said));
    }

    [Fact]
    public async Task On_OpenSearch_with_a_data_stream()
    {
        List<(string Path, string Body)> puts = [];
        await InstallAsync("huatuo-events", dataStream: true, """{"version":{"distribution":"opensearch","number":"2.11.0"}}""", _ => null, puts);
        Assert.Equal(["/_plugins/_ism/policies/huatuo-events", "/_index_template/huatuo-events"], puts.Select(put => put.Path));
        Assert.Equal(
            """{"policy":{"description":"Deletes old events of huatuo.","default_state":"hot","states":[{"name":"hot","actions":[{"rollover":{"min_index_age":"1d"}}],"transitions":[{"state_name":"delete","conditions":{"min_index_age":"30d"}}]},{"name":"delete","actions":[{"delete":{}}],"transitions":[]}],"ism_template":[{"index_patterns":["huatuo-events"],"priority":200}]}}""",
            puts[0].Body);
        JsonNode template = JsonNode.Parse(puts[1].Body)!;
        Assert.Equal("{}", template["data_stream"]!.ToJsonString());
        Assert.Null(template["template"]!["settings"]!["index.lifecycle.name"]);
        Assert.Equal("""{"type":"flat_object"}""", template["template"]!["mappings"]!["properties"]!["pod_labels"]!.ToJsonString());
    }

    [Fact]
    public async Task On_a_server_without_policies_the_template_is_put_and_the_rest_told()
    {
        List<(string Path, string Body)> puts = [];
        List<string> said = await InstallAsync("huatuo-{yyyy}", dataStream: false, """{"version":{"number":"7.10.2","build_flavor":"unknown"}}""",
            path => path.StartsWith("/_ilm", StringComparison.Ordinal) ? new TestAnswer(400, """{"error":"no handler found for uri [/_ilm/policy/huatuo] and method [PUT]"}""") : null, puts);
        JsonNode template = JsonNode.Parse(puts[^1].Body)!;
        Assert.Null(template["template"]!["settings"]!["index.lifecycle.name"]);
        Assert.Equal("""{"enabled":false}""", template["template"]!["mappings"]!["properties"]!["pod_labels"]!.ToJsonString());
        Assert.Contains("the policy huatuo is not put there, nothing is deleted by it: http://ADDRESS/_ilm/policy/huatuo answers 400: no handler found for uri [/_ilm/policy/huatuo] and method [PUT]", said);
    }

    [Fact]
    public async Task A_single_index_has_no_policy()
    {
        List<(string Path, string Body)> puts = [];
        await InstallAsync("huatuo_bamai", dataStream: false, """{"version":{"number":"9.1.0","build_flavor":"default"}}""", _ => null, puts);
        Assert.Equal(["/_index_template/huatuo_bamai"], puts.Select(put => put.Path));
    }

    [Fact]
    public async Task What_the_server_refuses_is_told()
    {
        IOException refused = await Assert.ThrowsAsync<IOException>(() => InstallAsync("huatuo_bamai", false, """{"version":{"number":"9.1.0"}}""",
            _ => new TestAnswer(403, """{"error":{"type":"security_exception","reason":"action [indices:admin/index_template/put] is unauthorized"}}"""), []));
        Assert.EndsWith("/_index_template/huatuo_bamai answers 403: security_exception: action [indices:admin/index_template/put] is unauthorized", refused.Message, StringComparison.Ordinal);
        refused = await Assert.ThrowsAsync<IOException>(() => InstallAsync("huatuo_bamai", false, "<html>", _ => null, []));
        Assert.EndsWith("answers 200: <html>", refused.Message, StringComparison.Ordinal);
    }

    private static string Root(string version)
    {
        JsonNode info = JsonNode.Parse(Info)!;
        ElasticsearchTypes.Fits("info_response", info);
        if (!version.StartsWith('{'))
            return version;
        foreach ((string name, JsonNode? value) in JsonNode.Parse(version)!["version"]!.AsObject())
            info["version"]![name] = value!.DeepClone();
        return info.ToJsonString();
    }

    private static void FitsTypes(string path, string body)
    {
        JsonNode content = JsonNode.Parse(body)!;
        if (path.StartsWith("/_ilm/policy/", StringComparison.Ordinal))
            ElasticsearchTypes.Fits("put_lifecycle_body", content);
        else if (path.StartsWith("/_index_template/", StringComparison.Ordinal))
        {
            JsonNode labels = content["template"]!["mappings"]!["properties"]!["pod_labels"]!;
            // OpenSearch's name for what is flattened in Elasticsearch.
            if (labels["type"]?.GetValue<string>() == "flat_object")
                labels["type"] = "flattened";
            ElasticsearchTypes.Fits("put_index_template_body", content);
        }
        else
            Assert.StartsWith("/_plugins/_ism/policies/", path, StringComparison.Ordinal);
    }

    private static async Task<List<string>> InstallAsync(string index, bool dataStream, string root, Func<string, TestAnswer?> answer, List<(string Path, string Body)> puts)
    {
        await using var server = new TestServer();
        server.Instead = request =>
        {
            if (request.Method == "GET")
                return new TestAnswer(200, Root(root));
            Assert.Equal(("PUT", "application/json"), (request.Method, request.Headers["content-type"]));
            string body = Encoding.UTF8.GetString(request.Content);
            puts.Add((request.Path, body));
            FitsTypes(request.Path, body);
            if (answer(request.Path) is { } told)
                return told;
            ElasticsearchTypes.Fits("acknowledged_response", JsonNode.Parse(Acknowledged)!);
            return new TestAnswer(200, Acknowledged);
        };
        var options = new RemoteSinkOptions { Addresses = [server.Address], SpoolDirectory = "/nowhere" };
        using var installer = new TemplateInstaller(options, new IndexTemplate(IndexName.Parse(index, out _)!, dataStream, 30), TimeProvider.System);
        List<string> said = [];
        await installer.InstallAsync(said.Add, TestContext.Current.CancellationToken);
        return [.. said.Select(line => line.Replace($"127.0.0.1:{server.Port}", "ADDRESS", StringComparison.Ordinal))];
    }
}
