namespace Huatuo.Profiling.Formats;

/// <summary>The formats that a profile can be written in.</summary>
internal static class ProfileFormats
{
    internal const string Pprof = "pprof", Collapsed = "collapsed", Speedscope = "speedscope", Svg = "svg", Json = "json";

    /// <summary>Their names, the default first.</summary>
    internal static IReadOnlyList<string> Names { get; } = [Pprof, Collapsed, Speedscope, Svg, Json];

    /// <summary>How files of a format usually end.</summary>
    internal static string Extension(string format) => format switch
    {
        Pprof => "pb.gz",
        Collapsed => "folded",
        Speedscope => "speedscope.json",
        _ => format,
    };

    /// <summary>Writes a profile.</summary>
    /// <param name="format">One of <see cref="Names"/>.</param>
    /// <param name="profile">It.</param>
    /// <param name="output">Where to.</param>
    /// <exception cref="IOException">The medium refuses.</exception>
    internal static void Write(string format, Profile profile, Stream output)
    {
        Action<Profile, Stream> write = format switch
        {
            Pprof => PprofFormat.Write,
            Collapsed => CollapsedFormat.Write,
            Speedscope => SpeedscopeFormat.Write,
            Svg => FlameGraph.Write,
            Json => JsonFormat.Write,
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "none of the formats"),
        };
        write(profile, output);
    }
}
