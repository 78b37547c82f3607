namespace Huatuo.Flow.Documents;

/// <summary>
/// Receives the fields of one event in order. A tracer describes its event once, against this interface; the stored
/// document, the rules and the terminal are three receivers of that description.
/// </summary>
/// <remarks>Names are the JSON names in UTF-8; text is UTF-8 and may hold any bytes, which a receiver makes valid.</remarks>
public interface IFieldWriter
{
    /// <summary>A string field.</summary>
    void Text(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> utf8);

    /// <summary>A signed integer.</summary>
    void Number(scoped ReadOnlySpan<byte> name, long value);

    /// <summary>An unsigned integer.</summary>
    void Number(scoped ReadOnlySpan<byte> name, ulong value);

    /// <summary>A number with a fraction; it must be finite.</summary>
    void Real(scoped ReadOnlySpan<byte> name, double value);

    /// <summary><c>true</c> or <c>false</c>.</summary>
    void Boolean(scoped ReadOnlySpan<byte> name, bool value);

    /// <summary>An address or identifier, as the string <c>0x…</c> in lower case without leading zeros.</summary>
    void Hex(scoped ReadOnlySpan<byte> name, ulong value);

    /// <summary>A string that already is a JSON string literal, quotes included.</summary>
    void JsonText(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> literal);

    /// <summary>Starts a nested object; its fields follow.</summary>
    void BeginObject(scoped ReadOnlySpan<byte> name);

    /// <summary>Ends the object started last.</summary>
    void EndObject();

    /// <summary>Starts an array; <see cref="Element"/> or <see cref="BeginElement"/> follows for each of what is in it.</summary>
    void BeginArray(scoped ReadOnlySpan<byte> name);

    /// <summary>One string of the array.</summary>
    void Element(scoped ReadOnlySpan<byte> utf8);

    /// <summary>Starts an object in the array; its fields follow, then <see cref="EndObject"/>.</summary>
    void BeginElement();

    /// <summary>Ends the array.</summary>
    void EndArray();
}
