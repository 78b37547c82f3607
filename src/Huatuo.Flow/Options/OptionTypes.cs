using System.Net;
using System.Numerics;
using Huatuo.Flow.Options.Types;

namespace Huatuo.Flow.Options;

/// <summary>The kinds of values that the configuration knows.</summary>
public static class OptionTypes
{
    /// <summary><c>true</c> or <c>false</c>.</summary>
    public static OptionType<bool> Boolean { get; } = new BooleanType();

    /// <summary>Any text, also none.</summary>
    public static OptionType<string> Text { get; } = new TextType();

    /// <summary>A regular expression that is searched for in time linear in the text; empty for none.</summary>
    public static OptionType<string> Pattern { get; } = new PatternType();

    /// <summary>The path of a file or folder.</summary>
    public static OptionType<string> Path { get; } = new PathType();

    /// <summary>A length of time of up to 10,000 hours: <c>500us</c>, <c>500ms</c>, <c>10s</c>, <c>5m</c>, <c>1h</c>.</summary>
    public static OptionType<TimeSpan> Duration { get; } = new DurationType(TimeSpan.Zero, TimeSpan.FromHours(10_000));

    /// <summary>A TCP or UDP port.</summary>
    public static OptionType<ushort> Port { get; } = new PortType();

    /// <summary>A network as <c>address/prefix</c>; a bare address is the network of that address alone.</summary>
    public static OptionType<IPNetwork> Network { get; } = new NetworkType();

    /// <summary>An address with a port: <c>127.0.0.1:19704</c>, <c>[::1]:19704</c>. Port 0 is any free one.</summary>
    public static OptionType<IPEndPoint> Endpoint { get; } = new EndpointType();

    /// <summary>A whole number within bounds, which are allowed themselves.</summary>
    public static OptionType<T> Integer<T>(T min, T max)
        where T : struct, IBinaryInteger<T> => new IntegerType<T>(min, max);

    /// <summary>A number within bounds, which are allowed themselves.</summary>
    public static OptionType<double> Number(double min, double max) => new NumberType(min, max);

    /// <summary>A length of time within bounds, which are allowed themselves.</summary>
    public static OptionType<TimeSpan> DurationBetween(TimeSpan min, TimeSpan max) => new DurationType(min, max);

    /// <summary>An amount of memory or storage within bounds, which are allowed themselves.</summary>
    public static OptionType<ByteSize> Bytes(ByteSize min, ByteSize max) => new BytesType(min, max);

    /// <summary>A value, or none.</summary>
    public static OptionType<T?> Optional<T>(OptionType<T> type)
        where T : struct => new OptionalType<T>(type);

    /// <summary>One of some names.</summary>
    public static OptionType<T> Choice<T>(params (string Name, T Value)[] choices)
        where T : struct, Enum => new ChoiceType<T>(choices);

    /// <summary>
    /// A list; a single value is a list of one, and on the command line commas separate the items.
    /// </summary>
    public static OptionType<IReadOnlyList<T>> List<T>(OptionType<T> item) => new ListType<T>(item);
}
