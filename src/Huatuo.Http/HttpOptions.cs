using System.Net;
using Huatuo.Flow.Metrics;
using Huatuo.Http.Push;
using Huatuo.Http.Tls;
using Huatuo.Http.Upstream;

namespace Huatuo.Http;

/// <summary>What the HTTP server can be told. Nothing else influences it, no environment variable and no other file.</summary>
public sealed record HttpOptions
{
    /// <summary>The port unless another is given.</summary>
    public const int DefaultPort = 19704;

    /// <summary>The one address that the server listens on; port 0 takes a free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, DefaultPort);

    /// <summary>Whether it speaks TLS there; null for not.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>Where metrics are pushed beside it; null for nowhere.</summary>
    public OtlpPushOptions? Push { get; init; }

    /// <summary>What pushed metrics say of where they come from, beside the program's own name and version.</summary>
    public IReadOnlyList<Label> PushAttributes { get; init; } = [];

    /// <summary>Can add upstream's names to the page; null for never.</summary>
    public UpstreamNames? Upstream { get; init; }

    /// <summary>Whether it does, asked for each page.</summary>
    public Func<bool> ShowsUpstream { get; init; } = () => true;

    /// <summary>How long a scrape waits for the one before it until it is answered with 503.</summary>
    public TimeSpan ScrapePatience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How fast a client must take an answer on average, in bytes a second; streams have another bound.</summary>
    public double LeastRate { get; init; } = 32 << 10;

    /// <summary>How long it may be slower than that before its connection is cut; more than 1 s.</summary>
    public TimeSpan RateGrace { get; init; } = TimeSpan.FromSeconds(10);
}
