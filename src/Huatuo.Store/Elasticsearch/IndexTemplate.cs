using System.Text.Json;
using Huatuo.Store.Remote;

namespace Huatuo.Store.Elasticsearch;

/// <summary>The index template, and the policies that delete what is old, as JSON.</summary>
/// <param name="index">Which indices.</param>
/// <param name="isDataStream">Whether that is a data stream.</param>
/// <param name="keepDays">How long events are kept; 0 for ever.</param>
public sealed class IndexTemplate(IndexName index, bool isDataStream, int keepDays)
{
    // Above those of Elasticsearch itself.
    private const int Priority = 200;
    private const int MostFields = 2000;
    private const int LongestKeyword = 8191;

    private static readonly string[] Keywords =
    [
        "id", "hostname", "region", "container_id", "container_name", "container_hostname", "container_host_namespace", "container_type",
        "container_qos", "container_image", "pod_name", "pod_namespace", "pod_uid", "tracer_name", "tracer_id", "tracer_type",
    ];

    private static readonly string[] Times = ["@timestamp", "time", "uploaded_time", "tracer_time", "observed_timestamp"];

    /// <summary>What template and policy are called.</summary>
    public string Name { get; } = index.Pattern.Replace("*", "", StringComparison.Ordinal).Trim('-', '.', '_');

    /// <summary>Whether old indices can be deleted: not a single index, which would go as a whole.</summary>
    public bool HasLifecycle => keepDays > 0 && (isDataStream || index.IsDated);

    /// <summary>The body for <c>_index_template</c>.</summary>
    /// <param name="body">Receives it.</param>
    /// <param name="server">The server that it is for.</param>
    /// <param name="policy">Whether the server has the policy.</param>
    internal void Write(RequestBody body, ServerInfo server, bool policy) => Write(body, json =>
    {
        Strings(json, "index_patterns", [index.Pattern]);
        json.WriteNumber("priority", Priority);
        if (isDataStream)
            Object(json, "data_stream", () => { });
        Object(json, "template", () =>
        {
            Object(json, "settings", () =>
            {
                json.WriteNumber("index.mapping.total_fields.limit", MostFields);
                if (policy && !server.IsOpenSearch)
                    json.WriteString("index.lifecycle.name", Name);
            });
            Object(json, "mappings", () => Mappings(json, server));
        });
    });

    /// <summary>The body for <c>_ilm/policy</c> of Elasticsearch.</summary>
    internal void WriteLifecycle(RequestBody body) => Write(body, json =>
        Object(json, "policy", () => Object(json, "phases", () =>
        {
            Object(json, "hot", () =>
            {
                json.WriteString("min_age", "0ms");
                Object(json, "actions", () =>
                {
                    if (isDataStream)
                        Object(json, "rollover", () =>
                        {
                            json.WriteString("max_age", "1d");
                            json.WriteString("max_size", "20gb");
                        });
                });
            });
            Object(json, "delete", () =>
            {
                json.WriteString("min_age", $"{keepDays}d");
                Object(json, "actions", () => Object(json, "delete", () => { }));
            });
        })));

    /// <summary>The body for <c>_plugins/_ism/policies</c> of OpenSearch.</summary>
    internal void WriteStateManagement(RequestBody body) => Write(body, json =>
        Object(json, "policy", () =>
        {
            json.WriteString("description", "Deletes old events of huatuo.");
            json.WriteString("default_state", "hot");
            json.WriteStartArray("states");
            State(json, "hot", rollover: isDataStream, next: "delete");
            State(json, "delete", rollover: false, next: null);
            json.WriteEndArray();
            json.WriteStartArray("ism_template");
            json.WriteStartObject();
            Strings(json, "index_patterns", [index.Pattern]);
            json.WriteNumber("priority", Priority);
            json.WriteEndObject();
            json.WriteEndArray();
        }));

    private void State(Utf8JsonWriter json, string name, bool rollover, string? next)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteStartArray("actions");
        if (rollover || next is null)
        {
            json.WriteStartObject();
            Object(json, next is null ? "delete" : "rollover", () =>
            {
                if (next is not null)
                    json.WriteString("min_index_age", "1d");
            });
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("transitions");
        if (next is not null)
        {
            json.WriteStartObject();
            json.WriteString("state_name", next);
            Object(json, "conditions", () => json.WriteString("min_index_age", $"{keepDays}d"));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    // A number that fits no type, or a text that fits no number, must not cost the event.
    private static void Mappings(Utf8JsonWriter json, ServerInfo server)
    {
        json.WriteBoolean("date_detection", false);
        json.WriteStartArray("dynamic_templates");
        Dynamic(json, "stacks", "string", "*stack*", () => json.WriteString("type", "text"));
        Dynamic(json, "texts", "string", null, () =>
        {
            json.WriteString("type", "keyword");
            json.WriteNumber("ignore_above", LongestKeyword);
        });
        foreach (string type in (string[])["long", "double"])
            Dynamic(json, type + "s", type, null, () =>
            {
                json.WriteString("type", type);
                json.WriteBoolean("ignore_malformed", true);
            });
        json.WriteEndArray();
        Object(json, "properties", () =>
        {
            foreach (string time in Times)
                Object(json, time, () => json.WriteString("type", "date_nanos"));
            foreach (string keyword in Keywords)
                Object(json, keyword, () => json.WriteString("type", "keyword"));
            // Labels such as app and app.kubernetes.io/name cannot both be fields.
            Object(json, "pod_labels", () =>
            {
                if (server.FlatType is { } type)
                    json.WriteString("type", type);
                else
                    json.WriteBoolean("enabled", false);
            });
        });
    }

    private static void Dynamic(Utf8JsonWriter json, string name, string type, string? match, Action mapping)
    {
        json.WriteStartObject();
        Object(json, name, () =>
        {
            json.WriteString("match_mapping_type", type);
            if (match is not null)
                json.WriteString("match", match);
            Object(json, "mapping", mapping);
        });
        json.WriteEndObject();
    }

    private static void Strings(Utf8JsonWriter json, string name, ReadOnlySpan<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private static void Object(Utf8JsonWriter json, string name, Action members)
    {
        json.WriteStartObject(name);
        members();
        json.WriteEndObject();
    }

    private static void Write(RequestBody body, Action<Utf8JsonWriter> members)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        body.Begin();
        body.Write(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        body.End();
    }
}
