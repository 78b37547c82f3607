using Huatuo.Http.Routing;
using Huatuo.Profiling;
using Huatuo.Profiling.Formats;

namespace Huatuo.Http.Api.Profiles;

/// <summary>A profile as an answer, in the format that was asked for.</summary>
internal static class ProfileFormatAnswer
{
    /// <summary>The parameter.</summary>
    public static Parameter Parameter { get; } = new("format", "string", "pprof (unless said), collapsed, speedscope, svg (a flame graph) or json.");

    /// <summary>What may come.</summary>
    public static IReadOnlyList<Outcome> Outcomes { get; } = [new Outcome(200, "The profile.", "application/octet-stream")];

    /// <summary>The format that a request asks for.</summary>
    /// <exception cref="RefusedException">There is no such format.</exception>
    public static string Of(Request request)
    {
        string format = request.Text("format") ?? ProfileFormats.Pprof;
        return ProfileFormats.Names.Contains(format) ? format : throw new RefusedException(Refusal.BadRequest("format is not one that there is", $"there are {string.Join(", ", ProfileFormats.Names)}"));
    }

    /// <summary>Answers with it.</summary>
    public static Task SendAsync(Request request, string format, Profile profile)
    {
        using var body = new MemoryStream();
        ProfileFormats.Write(format, profile, body);
        string type = format switch
        {
            ProfileFormats.Collapsed => "text/plain; charset=utf-8",
            ProfileFormats.Svg => "image/svg+xml",
            ProfileFormats.Pprof => "application/octet-stream",
            _ => "application/json",
        };
        return Answer.BodyAsync(request.Context, 200, type, body.ToArray());
    }
}
