using System.Net.Http.Headers;
using Huatuo.Http.Exposition;

namespace Huatuo.Http.Push;

/// <summary>
/// Pushes a scrape to an OpenTelemetry receiver at each interval. Counts only grow, so that a push that fails loses nothing
/// but its own point in time; it is counted, and not tried again.
/// </summary>
internal sealed class OtlpPush : IAsyncDisposable
{
    private readonly OtlpPushOptions _options;
    private readonly Scrape _scrape;
    private readonly PushCounts _counts;
    private readonly TimeProvider _time;
    private readonly Action<string, Exception>? _failed;
    private readonly HttpClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private bool _failing;

    /// <param name="options">Where to, and how often.</param>
    /// <param name="scrape">Renders what is pushed.</param>
    /// <param name="counts">What became of the pushes.</param>
    /// <param name="time">For the interval.</param>
    /// <param name="failed">Told when a push fails after one that did not.</param>
    public OtlpPush(OtlpPushOptions options, Scrape scrape, PushCounts counts, TimeProvider time, Action<string, Exception>? failed)
    {
        _options = options;
        _scrape = scrape;
        _counts = counts;
        _time = time;
        _failed = failed;
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(10) })
        {
            Timeout = options.Timeout,
            MaxResponseContentBufferSize = 64 << 10,
        };
        _loop = Task.Run(RunAsync);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(_options.Interval, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
                await PushAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task PushAsync()
    {
        MetricPage? page = await _scrape.RenderAsync(ExpositionFormat.Otlp, _stop.Token).ConfigureAwait(false);
        if (page is null)
        {
            Fail(new TimeoutException("the scrape before it has not ended"));
            return;
        }
        try
        {
            await SendAsync(page.Written).ConfigureAwait(false);
            _counts.Delivered();
            _failing = false;
        }
        catch (Exception error) when (error is not OutOfMemoryException && !(error is OperationCanceledException && _stop.IsCancellationRequested))
        {
            Fail(error is TaskCanceledException ? new TimeoutException($"no answer within {_options.Timeout.TotalSeconds:0} s") : error);
        }
        finally
        {
            _scrape.Return(page);
        }
    }

    private async Task SendAsync(ReadOnlyMemory<byte> body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _options.Endpoint) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
        if (_options.Authorization.Length > 0)
            request.Headers.TryAddWithoutValidation("Authorization", _options.Authorization);
        using HttpResponseMessage answer = await _client.SendAsync(request, _stop.Token).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
        byte[] reply = await answer.Content.ReadAsByteArrayAsync(_stop.Token).ConfigureAwait(false);
        _counts.Rejected(OtlpReply.RejectedPoints(reply));
    }

    private void Fail(Exception error)
    {
        _counts.Failed();
        if (!_failing)
            _failed?.Invoke($"metrics.otlp: {_options.Endpoint}", error);
        _failing = true;
    }
}
