using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using Google.Protobuf;

namespace Huatuo.Runtimes.Cri;

/// <summary>Unary gRPC calls over HTTP/2 (gRPC's PROTOCOL-HTTP2): one message there, one back, the status in the trailers.</summary>
/// <param name="http">A client that is connected to the server.</param>
internal sealed class UnaryGrpc(HttpClient http) : IDisposable
{
    private const int PrefixBytes = 5;

    /// <summary>Calls a method.</summary>
    /// <param name="method">Such as <c>/runtime.v1.RuntimeService/Version</c>.</param>
    /// <param name="request">The message.</param>
    /// <param name="parser">Of the answer.</param>
    /// <param name="stop">Ends the call.</param>
    /// <exception cref="RuntimeException">No answer, a status other than OK, or no message.</exception>
    internal async Task<TAnswer> CallAsync<TAnswer>(string method, IMessage request, MessageParser<TAnswer> parser, CancellationToken stop)
        where TAnswer : IMessage<TAnswer>
    {
        byte[] frame = new byte[PrefixBytes + request.CalculateSize()];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)(frame.Length - PrefixBytes));
        request.WriteTo(frame.AsSpan(PrefixBytes));
        using var message = new HttpRequestMessage(HttpMethod.Post, method)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(frame),
        };
        message.Content.Headers.ContentType = new("application/grpc");
        message.Headers.TE.Add(new("trailers"));
        try
        {
            using HttpResponseMessage answer = await http.SendAsync(message, stop).ConfigureAwait(false);
            byte[] body = await answer.Content.ReadAsByteArrayAsync(stop).ConfigureAwait(false);
            if (answer.StatusCode != HttpStatusCode.OK)
                throw new RuntimeException(string.Create(CultureInfo.InvariantCulture, $"{method}: HTTP status {(int)answer.StatusCode}"));
            if (Header(answer, "grpc-status") is not "0")
                throw new RuntimeException($"{method}: gRPC status {Header(answer, "grpc-status") ?? "missing"}: {Uri.UnescapeDataString(Header(answer, "grpc-message") ?? "")}");
            return Parse(method, body, parser);
        }
        catch (Exception fault) when (fault is HttpRequestException or InvalidProtocolBufferException or IOException)
        {
            throw new RuntimeException($"{method}: {fault.GetBaseException().Message}", fault);
        }
    }

    public void Dispose() => http.Dispose();

    private static TAnswer Parse<TAnswer>(string method, byte[] body, MessageParser<TAnswer> parser)
        where TAnswer : IMessage<TAnswer>
    {
        if (body.Length < PrefixBytes)
            throw new RuntimeException($"{method}: the answer has no message");
        if (body[0] != 0)
            throw new RuntimeException($"{method}: the answer is compressed, which was not asked for");
        uint length = BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(1));
        if (length != body.Length - PrefixBytes)
            throw new RuntimeException(string.Create(CultureInfo.InvariantCulture, $"{method}: the answer has {body.Length - PrefixBytes} bytes where it says {length}"));
        return parser.ParseFrom(body, PrefixBytes, (int)length);
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.TrailingHeaders.TryGetValues(name, out IEnumerable<string>? trailing) ? trailing.First()
        : answer.Headers.TryGetValues(name, out IEnumerable<string>? leading) ? leading.First()
        : null;
}
