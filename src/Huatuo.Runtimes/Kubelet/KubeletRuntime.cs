using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Huatuo.Flow.Containers;

namespace Huatuo.Runtimes.Kubelet;

/// <summary>
/// The kubelet's <c>/pods</c>: the authorised port with a client certificate or a service account's token over TLS that is
/// checked, else the read-only port. Certificates and token are read anew each time, as they change.
/// </summary>
/// <param name="options">Where it is and how to come in.</param>
/// <param name="labels">Which labels and annotations to keep.</param>
internal sealed class KubeletRuntime(KubeletOptions options, LabelChoice labels) : IRuntime
{
    public string Name => "kubelet";

    public NameSource Source => NameSource.Kubelet;

    public string? Absent => options.Enabled ? null : "kubelet.enabled is false";

    public async Task<IReadOnlyDictionary<string, ContainerNames>> ListAsync(CancellationToken stop)
    {
        RuntimeException? refused = null;
        if (options.ClientCertificate.Length > 0 || File.Exists(options.TokenFile))
        {
            try
            {
                return await ListAsync(Authorised(), AuthorisedAddress, Token(), stop).ConfigureAwait(false);
            }
            catch (RuntimeException fault)
            {
                refused = fault;
            }
        }
        try
        {
            return await ListAsync(new SocketsHttpHandler { UseProxy = false }, $"http://{options.ReadOnlyAddress}/pods", null, stop).ConfigureAwait(false);
        }
        catch (RuntimeException fault)
        {
            throw refused is null ? fault : new RuntimeException($"{refused.Message}; {fault.Message}", fault);
        }
    }

    public void Dispose()
    {
    }

    // The certificate is checked against the name in the address; the connection goes to the configured one.
    private string AuthorisedAddress => new UriBuilder("https", options.ServerName.Length > 0 ? options.ServerName : Environment.MachineName, options.Address.Port, "pods").ToString();

    private SocketsHttpHandler Authorised() => new()
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        SslOptions = KubeletTls.Of(options),
        ConnectCallback = async (_, stop) =>
        {
            var connection = new Socket(options.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await connection.ConnectAsync(options.Address, stop).ConfigureAwait(false);
                return new NetworkStream(connection, ownsSocket: true);
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        },
    };

    private string? Token()
    {
        if (options.ClientCertificate.Length > 0)
            return null;
        try
        {
            return File.ReadAllText(options.TokenFile).Trim();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new RuntimeException($"kubelet.token_file: {fault.Message}", fault);
        }
    }

    private async Task<IReadOnlyDictionary<string, ContainerNames>> ListAsync(SocketsHttpHandler handler, string address, string? token, CancellationToken stop)
    {
        using var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = UnixHttp.MaxAnswerBytes };
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using JsonDocument pods = await JsonGet.GetAsync(http, request, stop).ConfigureAwait(false);
        return PodList.Read(pods.RootElement, labels);
    }
}
