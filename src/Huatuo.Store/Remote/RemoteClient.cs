using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Huatuo.Store.Remote;

/// <summary>Sends requests, and reads answers of bounded length in bounded time. Redirections and proxies are not followed.</summary>
/// <param name="options">How.</param>
/// <param name="time">For the timeout.</param>
internal sealed class RemoteClient(RemoteClientOptions options, TimeProvider time) : IDisposable
{
    private const int FirstBytes = 16 << 10;
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(10);

    private const int KeptBytes = 1 << 20;

    private HttpClient? _client;
    private byte[] _reply = [];

    /// <summary>Sends one request. One at a time; the answer is valid until the next.</summary>
    /// <param name="method">The method.</param>
    /// <param name="address">Where to.</param>
    /// <param name="body">What; none for a request without.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="RemoteException">There is no whole answer.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public async Task<RemoteReply> SendAsync(HttpMethod method, Uri address, RequestBody? body, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(options.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        try
        {
            using HttpRequestMessage request = Request(method, address, body);
            _client ??= Create();
            using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token).ConfigureAwait(false);
            ReadOnlyMemory<byte> content = await ReadAsync(response.Content, both.Token).ConfigureAwait(false);
            return new RemoteReply((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType ?? "", content, RetryAfter(response.Headers.RetryAfter));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new RemoteException($"no answer within {options.Timeout.TotalSeconds:0.###} s");
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw new RemoteException(Reason(fault));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client?.Dispose();

    private HttpRequestMessage Request(HttpMethod method, Uri address, RequestBody? body)
    {
        string? authorization = options.Credentials.Header();
        var request = new HttpRequestMessage(method, address);
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (body is null)
            return request;
        request.Content = new ReadOnlyMemoryContent(body.Written);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(body.ContentType);
        if (body.IsCompressed)
            request.Content.Headers.ContentEncoding.Add("gzip");
        return request;
    }

    private HttpClient Create()
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            PooledConnectionLifetime = ConnectionLifetime,
            ActivityHeadersPropagator = null,
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = Trust() },
        };
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    private X509ChainPolicy? Trust()
    {
        if (options.CaFile.Length == 0)
            return null;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        try
        {
            policy.CustomTrustStore.ImportFromPemFile(options.CaFile);
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new RemoteException($"{options.CaFile}: {fault.Message}");
        }
        return policy.CustomTrustStore.Count > 0 ? policy : throw new RemoteException($"{options.CaFile} holds no certificate");
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, CancellationToken stop)
    {
        if (content.Headers.ContentLength > options.LongestReply)
            throw new RemoteException($"the answer has {content.Headers.ContentLength} bytes, more than {options.LongestReply}");
        using Stream stream = await content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        if (_reply.Length is 0 or > KeptBytes)
            _reply = new byte[FirstBytes];
        int length = 0;
        for (int read; (read = await stream.ReadAsync(_reply.AsMemory(length), stop).ConfigureAwait(false)) > 0;)
        {
            length += read;
            if (length > options.LongestReply)
                throw new RemoteException($"the answer has more than {options.LongestReply} bytes");
            if (length == _reply.Length)
                Array.Resize(ref _reply, _reply.Length * 2);
        }
        return _reply.AsMemory(0, length);
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? value) =>
        value?.Delta ?? (value?.Date is { } date ? date - time.GetUtcNow() : null);

    // The outer message often says no more than that there is an inner one.
    private static string Reason(Exception fault)
    {
        string text = fault.Message;
        for (Exception? inner = fault.InnerException; inner is not null; inner = inner.InnerException)
            if (!text.Contains(inner.Message, StringComparison.Ordinal))
                text += $" ({inner.Message})";
        return text;
    }
}

/// <summary>A server's answer.</summary>
/// <param name="Status">HTTP's status.</param>
/// <param name="ContentType">The content's type without parameters; empty when none is told.</param>
/// <param name="Body">The content.</param>
/// <param name="RetryAfter">How long the server asks to be left alone.</param>
internal readonly record struct RemoteReply(int Status, string ContentType, ReadOnlyMemory<byte> Body, TimeSpan? RetryAfter)
{
    /// <summary>Whether the request was taken.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;
}
