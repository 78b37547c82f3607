using System.Globalization;
using Huatuo.Flow.Metrics;

namespace Huatuo.Http.Exposition;

/// <summary>Answers of one route by method and status. Counted from any thread.</summary>
internal sealed class RouteCounts(string route)
{
    private const string Other = "other";

    private static readonly int[] Statuses = [200, 201, 204, 400, 401, 403, 404, 405, 409, 413, 429, 500, 503];
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", Other];
    private static readonly string[] StatusLabels =
        [.. Statuses.Select(status => status.ToString(CultureInfo.InvariantCulture)), Other];

    private readonly long[] _counts = new long[Methods.Length * StatusLabels.Length];

    /// <summary>Counts one answer.</summary>
    /// <param name="method">The request's method.</param>
    /// <param name="status">The answer's status code.</param>
    public void Count(string method, int status)
    {
        var methodIndex = Array.IndexOf(Methods, method);
        if (methodIndex < 0)
            methodIndex = Methods.Length - 1;
        var statusIndex = Statuses.AsSpan().IndexOf(status);
        if (statusIndex < 0)
            statusIndex = Statuses.Length;
        Interlocked.Increment(ref _counts[(methodIndex * StatusLabels.Length) + statusIndex]);
    }

    /// <summary>Writes the samples of what did happen.</summary>
    public void Write(MetricWriter writer)
    {
        for (var i = 0; i < _counts.Length; i++)
            if (Volatile.Read(ref _counts[i]) is > 0 and var count)
                writer.Sample(
                    count,
                    new Label("route", route),
                    new Label("method", Methods[i / StatusLabels.Length]),
                    new Label("status", StatusLabels[i % StatusLabels.Length]));
    }
}
