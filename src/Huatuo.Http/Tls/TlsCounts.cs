using Huatuo.Flow.Metrics;

namespace Huatuo.Http.Tls;

/// <summary>What became of handshakes, and how long the certificate holds.</summary>
/// <param name="notAfter">When the server's certificate ends, in UTC.</param>
internal sealed class TlsCounts(Func<DateTime> notAfter) : IMetricSource
{
    private long _done;
    private long _failed;

    /// <inheritdoc/>
    public string Name => "tls";

    /// <summary>A client and the server know each other.</summary>
    public void Done() => Interlocked.Increment(ref _done);

    /// <summary>A client hung up, spoke something else, took too long, or did not show what it should.</summary>
    public void Failed() => Interlocked.Increment(ref _failed);

    /// <inheritdoc/>
    public void Write(MetricWriter writer)
    {
        writer.Family("huatuo_http_tls_handshakes_total", MetricKind.Counter, "TLS handshakes of clients, by what became of them.");
        writer.Sample(Interlocked.Read(ref _done), new Label("result", "done"));
        writer.Sample(Interlocked.Read(ref _failed), new Label("result", "failed"));
        writer.Family("huatuo_http_tls_certificate_expiry_timestamp_seconds", MetricKind.Gauge, "When the server's certificate ends, since 1970; with tls.certificate only.");
        writer.Sample((notAfter() - DateTime.UnixEpoch).TotalSeconds);
    }
}
