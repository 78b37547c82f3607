using System.Globalization;
using System.Text.Json;
using Huatuo.Profiling.Formats;

namespace Huatuo.Http.Api.Profiles;

/// <summary>A message of Protocol Buffers that can be written as such and as JSON, as Connect has it: 64-bit numbers are text there.</summary>
internal sealed class WireMessage : IWireAnswer
{
    private readonly List<(int Field, string Name, object Value)> _fields = [];

    /// <summary>Adds a text.</summary>
    public WireMessage Text(int field, string name, string value) => Add(field, name, value);

    /// <summary>Adds a number.</summary>
    public WireMessage Number(int field, string name, long value) => Add(field, name, value);

    /// <summary>Adds yes or no.</summary>
    public WireMessage Flag(int field, string name, bool value) => Add(field, name, value);

    /// <summary>Adds a number with a fraction.</summary>
    public WireMessage Real(int field, string name, double value) => Add(field, name, value);

    /// <summary>Adds a list of texts.</summary>
    public WireMessage Texts(int field, string name, IEnumerable<string> values) => Add(field, name, values.ToArray());

    /// <summary>Adds a list of numbers.</summary>
    public WireMessage Numbers(int field, string name, IEnumerable<long> values) => Add(field, name, values.ToArray());

    /// <summary>Adds a message.</summary>
    public WireMessage Message(int field, string name, WireMessage value) => Add(field, name, value);

    /// <summary>Adds a list of messages.</summary>
    public WireMessage Messages(int field, string name, IEnumerable<WireMessage> values) => Add(field, name, values.ToArray());

    /// <inheritdoc/>
    public ProtoWriter ToProto()
    {
        var output = new ProtoWriter();
        foreach ((int field, _, object value) in _fields)
        {
            switch (value)
            {
                case string { Length: > 0 } text:
                    output.Text(field, text);
                    break;
                case long number:
                    output.Number(field, number);
                    break;
                case bool flag:
                    output.Number(field, flag ? 1 : 0);
                    break;
                case double real:
                    output.Real(field, real);
                    break;
                case long[] { Length: > 0 } numbers:
                    output.Numbers(field, numbers);
                    break;
                case string[] texts:
                    Array.ForEach(texts, text => output.Text(field, text));
                    break;
                case WireMessage message:
                    output.Message(field, message.ToProto());
                    break;
                case WireMessage[] messages:
                    Array.ForEach(messages, message => output.Message(field, message.ToProto()));
                    break;
            }
        }
        return output;
    }

    /// <inheritdoc/>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach ((_, string name, object value) in _fields)
        {
            json.WritePropertyName(name);
            Write(json, value);
        }
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, object value)
    {
        switch (value)
        {
            case string text:
                json.WriteStringValue(text);
                break;
            case long number:
                json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case double real:
                json.WriteNumberValue(real);
                break;
            case WireMessage message:
                message.Write(json);
                break;
            case Array list:
                json.WriteStartArray();
                foreach (object item in list)
                    Write(json, item);
                json.WriteEndArray();
                break;
        }
    }

    private WireMessage Add(int field, string name, object value)
    {
        _fields.Add((field, name, value));
        return this;
    }
}
