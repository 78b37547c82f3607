using System.Globalization;
using System.Text.Json;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>The part of a document that all tracers have in common.</summary>
internal static class ExpectedEnvelope
{
    private const string Timestamp = @"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z";
    private const string UuidV7 = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
    private static readonly TimeSpan s_clockTolerance = TimeSpan.FromMilliseconds(1);

    /// <summary>Expects the envelope of an event between two moments of the real-time clock.</summary>
    internal static ExpectedDocument Envelope(this ExpectedDocument expected, JsonElement document, string tracer, DateTimeOffset before, DateTimeOffset after)
    {
        string id = document.GetProperty("id").GetString()!;
        string time = document.GetProperty("time").GetString()!;
        string observed = document.GetProperty("observed_timestamp").GetString()!;
        return expected
            .Matches("id", UuidV7)
            .Is("hostname", Environment.MachineName)
            .Is("region", RunningTracer.Region)
            .Holds("time", $"a time from {observed} on", text => System.Text.RegularExpressions.Regex.IsMatch(text, $"^{Timestamp}$") && At(text) + s_clockTolerance >= At(observed) && At(text) <= TimeProvider.System.GetUtcNow() + s_clockTolerance)
            .Is("uploaded_time", time)
            .Is("tracer_time", time)
            .Holds("observed_timestamp", $"a time between {before:O} and {after:O}", text => System.Text.RegularExpressions.Regex.IsMatch(text, $"^{Timestamp}$") && At(text) >= before - s_clockTolerance && At(text) <= after + s_clockTolerance)
            .Is("tracer_name", tracer)
            .Is("tracer_id", id)
            .Is("tracer_type", "event")
            .Is("tracer_data.observed_timestamp", observed);
    }

    /// <summary>A timestamp, to 100 ns.</summary>
    internal static DateTimeOffset At(string timestamp) =>
        DateTimeOffset.ParseExact(timestamp[..27], "yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
