using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>What a whole document must hold: every field by its path, and no other.</summary>
internal sealed class ExpectedDocument
{
    private const string Cookie = "net_namespace_cookie", CookiePath = "tracer_data." + Cookie;
    private readonly Dictionary<string, (string Wanted, Func<string, bool> Holds)> _fields = [];

    /// <summary>Expects a text or number exactly.</summary>
    internal ExpectedDocument Is(string path, object value)
    {
        string text = Convert.ToString(value, CultureInfo.InvariantCulture)!;
        return Holds(path, text, found => found == text);
    }

    /// <summary>Expects <c>0x…</c>.</summary>
    internal ExpectedDocument Hex(string path, ulong value) => Is(path, $"0x{value:x}");

    /// <summary>Expects a form.</summary>
    internal ExpectedDocument Matches(string path, string pattern) => Holds(path, pattern, found => Regex.IsMatch(found, $"^(?:{pattern})$"));

    /// <summary>Expects what a condition says.</summary>
    internal ExpectedDocument Holds(string path, string wanted, Func<string, bool> condition)
    {
        _fields[path] = (wanted, condition);
        return this;
    }

    /// <summary>Expects the cookie of some network namespace, which may be absent where not every namespace has one.</summary>
    internal ExpectedDocument NetnsCookie(JsonElement document) =>
        CanLackCookie(document.GetProperty("tracer_data")) ? this : Matches(CookiePath, @"[1-9]\d*");

    /// <summary>The names of fields without the cookie of the network namespace, where the kernel has none to tell.</summary>
    internal static IEnumerable<string> Names(IEnumerable<string> fields, JsonElement data) =>
        fields.Where(field => field != Cookie || !CanLackCookie(data));

    /// <summary>Compares a document with all of this.</summary>
    internal void Check(JsonElement document)
    {
        Dictionary<string, string> found = Flatten(document);
        List<string> wrong = [];
        foreach ((string path, (string wanted, Func<string, bool> holds)) in _fields)
            if (!found.TryGetValue(path, out string? value))
                wrong.Add($"{path}: missing, wanted {wanted}");
            else if (!holds(value))
                wrong.Add($"{path}: {value}, wanted {wanted}");
        wrong.AddRange(found.Where(field => !_fields.ContainsKey(field.Key)).Select(field => $"{field.Key}: {field.Value}, not wanted"));
        Assert.True(wrong.Count == 0, string.Join('\n', wrong) + "\nin " + document.GetRawText());
    }

    private static bool CanLackCookie(JsonElement data) => !NetworkNamespace.BornWithCookie && !data.TryGetProperty(Cookie, out _);

    /// <summary>All values by path; arrays and numbers as they stand.</summary>
    internal static Dictionary<string, string> Flatten(JsonElement document)
    {
        Dictionary<string, string> fields = [];
        void Add(string prefix, JsonElement element)
        {
            foreach (JsonProperty property in element.EnumerateObject())
                if (property.Value.ValueKind == JsonValueKind.Object)
                    Add(prefix + property.Name + ".", property.Value);
                else
                    fields.Add(prefix + property.Name, property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText());
        }
        Add("", document);
        return fields;
    }
}
