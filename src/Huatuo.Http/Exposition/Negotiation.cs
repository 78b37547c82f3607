using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Huatuo.Http.Exposition;

/// <summary>Chooses the format of a scrape from the request's <c>Accept</c>.</summary>
/// <remarks>
/// OpenMetrics and protobuf are sent only to a client that names them, in a version that is spoken here, and prefers
/// nothing else, protobuf before OpenMetrics before text. Everybody else gets Prometheus text: a scrape is never refused for its <c>Accept</c>. What is malformed in the header
/// is left out, so that a malformed quality counts as 1.
/// </remarks>
internal static class Negotiation
{
    private const string Protobuf = "application/vnd.google.protobuf";
    private const string FamilyMessage = "io.prometheus.client.MetricFamily";

    /// <summary>The value of <c>Content-Type</c>.</summary>
    public static string ContentType(ExpositionFormat format) => format switch
    {
        ExpositionFormat.OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        ExpositionFormat.Protobuf => $"{Protobuf}; proto={FamilyMessage}; encoding=delimited",
        _ => "text/plain; version=0.0.4; charset=utf-8",
    };

    /// <summary>The format that serves the client best.</summary>
    /// <param name="accept">All values of the header.</param>
    public static ExpositionFormat Choose(StringValues accept)
    {
        if (!MediaTypeHeaderValue.TryParseList(accept, out var ranges))
            return ExpositionFormat.Text;

        double openMetrics = 0, protobuf = 0;
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

            if (range.MediaType.Equals(Protobuf, StringComparison.OrdinalIgnoreCase))
            {
                if (Has(range, "proto", FamilyMessage) && Has(range, "encoding", "delimited"))
                    protobuf = Math.Max(protobuf, quality);
                continue;
            }

            var specificity = TextSpecificity(range);
            if (specificity > text.Specificity)
                text = (specificity, quality);
            else if (specificity > 0 && specificity == text.Specificity)
                text.Quality = Math.Max(text.Quality, quality);
        }

        if (protobuf > 0 && protobuf >= openMetrics && protobuf >= text.Quality)
            return ExpositionFormat.Protobuf;
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

    private static bool IsVersion(MediaTypeHeaderValue range, string version) => Parameter(range, "version") is not { } asked || asked == version;

    private static bool Has(MediaTypeHeaderValue range, string name, string value) => Parameter(range, name) == value;

    private static string? Parameter(MediaTypeHeaderValue range, string name)
    {
        foreach (var parameter in range.Parameters)
            if (parameter.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return HeaderUtilities.RemoveQuotes(parameter.Value).ToString();
        return null;
    }
}
