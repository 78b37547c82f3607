using System.Globalization;
using Huatuo.Bench.Measure;

namespace Huatuo.Bench.Latency;

/// <summary>From the kernel's time stamp to the line in the file, as another process sees it: it is told of each write.</summary>
internal static class StoredLines
{
    /// <summary>Watches a file that exists until it has grown by so many lines.</summary>
    /// <returns>Milliseconds.</returns>
    internal static async Task<Samples> WatchAsync(string path, int lines, TaskCompletionSource watching, CancellationToken stop)
    {
        var samples = new Samples();
        await GrowingFile.FollowAsync(path, (line, now) =>
        {
            samples.Add((now - Observed(line)).TotalMilliseconds);
            return samples.Count < lines;
        }, watching, stop);
        return samples;
    }

    /// <summary>When an event happened. .NET counts in units of 100 ns: two digits fewer than the stamp has.</summary>
    internal static DateTimeOffset Observed(string line)
    {
        const string field = "\"observed_timestamp\":\"";
        const int digits = 27;
        int start = line.IndexOf(field, StringComparison.Ordinal) + field.Length;
        return DateTimeOffset.ParseExact(line.AsSpan(start, digits), "yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
    }
}
