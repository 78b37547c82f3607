using System.Text;

namespace Huatuo.Store.Otlp;

/// <summary>Writes where data comes from: <c>Resource</c>, <c>resource/v1/resource.proto</c>, and <c>InstrumentationScope</c>,
/// <c>common/v1/common.proto</c>.</summary>
internal static class OtlpOrigin
{
    private const int AttributesField = 1;
    private const int NameField = 1;
    private const int VersionField = 2;

    /// <summary>Adds a resource.</summary>
    public static void AddResource(ProtoBuffer into, int field, IEnumerable<KeyValuePair<string, string>> attributes)
    {
        int resource = into.Begin(field);
        foreach ((string key, string value) in attributes)
            AnyValue.Attribute(into, AttributesField, Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value));
        into.End(resource);
    }

    /// <summary>Adds this program.</summary>
    public static void AddScope(ProtoBuffer into, int field, string version)
    {
        int scope = into.Begin(field);
        into.Text(NameField, "huatuo"u8);
        into.Text(VersionField, version);
        into.End(scope);
    }
}
