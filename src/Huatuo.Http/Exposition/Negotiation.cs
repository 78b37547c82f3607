using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Huatuo.Http.Exposition;

/// <summary>Chooses the format of a scrape from the request's <c>Accept</c>.</summary>
/// <remarks>
/// OpenMetrics is sent only to a client that names it, in a version that is spoken here, and does not prefer text.
/// Everybody else gets Prometheus text: a scrape is never refused for its <c>Accept</c>. What is malformed in the header
/// is left out, so that a malformed quality counts as 1.
/// </remarks>
internal static class Negotiation
{
    /// <summary>The value of <c>Content-Type</c>.</summary>
    public static string ContentType(ExpositionFormat format) => format == ExpositionFormat.OpenMetrics
        ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
        : "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>The format that serves the client best.</summary>
    /// <param name="accept">All values of the header.</param>
    public static ExpositionFormat Choose(StringValues accept)
    {
        if (!MediaTypeHeaderValue.TryParseList(accept, out var ranges))
            return ExpositionFormat.Text;

        double openMetrics = 0;
        (int Specificity, double Quality) text = default;
        foreach (var range in ranges)
        {
            var quality = range.Quality ?? 1;
            if (range.MediaType.Equals("application/openmetrics-text", StringComparison.OrdinalIgnoreCase))
            {
                if (IsVersion(range, "1.0.0"))
                    openMetrics = Math.Max(openMetrics, quality);
                continue;
            }

            var specificity = TextSpecificity(range);
            if (specificity > text.Specificity)
                text = (specificity, quality);
            else if (specificity > 0 && specificity == text.Specificity)
                text.Quality = Math.Max(text.Quality, quality);
        }

        return openMetrics > 0 && openMetrics >= text.Quality ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text;
    }

    private static int TextSpecificity(MediaTypeHeaderValue range)
    {
        if (range.MatchesAllTypes)
            return 1;
        if (!range.Type.Equals("text", StringComparison.OrdinalIgnoreCase))
            return 0;
        if (range.MatchesAllSubTypes)
            return 2;
        return range.SubType.Equals("plain", StringComparison.OrdinalIgnoreCase) && IsVersion(range, "0.0.4") ? 3 : 0;
    }

    private static bool IsVersion(MediaTypeHeaderValue range, string version)
    {
        foreach (var parameter in range.Parameters)
            if (parameter.Name.Equals("version", StringComparison.OrdinalIgnoreCase))
                return HeaderUtilities.RemoveQuotes(parameter.Value).Equals(version, StringComparison.Ordinal);
        return true;
    }
}
