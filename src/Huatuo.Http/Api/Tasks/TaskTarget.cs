using System.Globalization;
using System.Text.Json;
using Huatuo.Bpf.Rings;
using Huatuo.Http.Routing;
using Huatuo.Profiling.Capturing;

namespace Huatuo.Http.Api.Tasks;

/// <summary>What is to be profiled, in a request.</summary>
internal static class TaskTarget
{
    /// <summary>The field.</summary>
    public const string Field = "target";

    /// <summary>Its own fields.</summary>
    public static IReadOnlyList<string> Names { get; } = ["container", "pid", "tid", "cpus"];

    /// <summary>Reads it.</summary>
    /// <param name="given">A JSON object, or nothing.</param>
    /// <exception cref="RefusedException">Something is not right.</exception>
    public static TargetRequest Read(JsonElement given)
    {
        if (given.ValueKind == JsonValueKind.Undefined)
            return new TargetRequest();
        if (given.ValueKind != JsonValueKind.Object)
            throw Wrong("target is no JSON object");
        foreach (JsonProperty field in given.EnumerateObject())
            if (!Names.Contains(field.Name))
                throw Wrong($"target.{field.Name}: there is no such field");
        return new TargetRequest { Container = Text(given, "container"), Pid = Number(given, "pid"), Tid = Number(given, "tid"), Cpus = Cpus(given) };
    }

    private static string? Text(JsonElement given, string name) =>
        !given.TryGetProperty(name, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text
        : throw Wrong($"target.{name} is no text, or empty");

    private static uint? Number(JsonElement given, string name)
    {
        if (!given.TryGetProperty(name, out JsonElement value))
            return null;
        if (value.ValueKind is JsonValueKind.Number or JsonValueKind.String
            && uint.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out uint number) && number > 0)
            return number;
        throw Wrong($"target.{name} is no positive whole number");
    }

    private static IReadOnlyList<int>? Cpus(JsonElement given)
    {
        if (Text(given, "cpus") is not { } list)
            return null;
        try
        {
            return OnlineCpus.Parse(list);
        }
        catch (InvalidDataException wrong)
        {
            throw Wrong($"target.cpus: {wrong.Message}");
        }
    }

    private static RefusedException Wrong(string what) => new(Refusal.BadRequest(what));
}
