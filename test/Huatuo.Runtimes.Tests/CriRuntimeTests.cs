using System.Buffers.Binary;
using Google.Protobuf;
using Huatuo.Flow.Containers;
using Huatuo.Runtimes.Cri;
using Huatuo.Runtimes.Cri.V1;
using Huatuo.Runtimes.Tests.Servers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Container = Huatuo.Runtimes.Cri.V1.Container;

namespace Huatuo.Runtimes.Tests;

public sealed class CriRuntimeTests
{
    private static readonly LabelChoice s_labels = new(["app", "tier*"]);
    private static readonly ListPodSandboxResponse s_pods = new()
    {
        Items =
        {
            new PodSandbox
            {
                Id = "p1", Metadata = new PodSandboxMetadata { Name = "web-0", Uid = "u1", Namespace = "shop" },
                Labels = { ["app"] = "web", ["secret"] = "x", ["tier/a"] = "front" }, Annotations = { ["tier/b"] = "2", ["app"] = "not this" },
            },
            new PodSandbox { Id = "p2", Metadata = new PodSandboxMetadata { Name = "etcd", Uid = "u2", Namespace = "kube-system" }, Annotations = { ["kubernetes.io/config.source"] = "file" } },
            new PodSandbox { Id = "p3" },
        },
    };

    private static readonly ListContainersResponse s_containers = new()
    {
        Containers =
        {
            new Container { Id = "c1", PodSandboxId = "p1", Metadata = new ContainerMetadata { Name = "web" }, Image = new ImageSpec { Image = "sha256:1", UserSpecifiedImage = "shop/web:1" } },
            new Container { Id = "c2", PodSandboxId = "p1", Metadata = new ContainerMetadata { Name = "istio-proxy" }, Image = new ImageSpec { Image = "istio:1" } },
            new Container { Id = "c3", PodSandboxId = "p2", Metadata = new ContainerMetadata { Name = "etcd" } },
            new Container { Id = "c4", PodSandboxId = "gone", Labels = { ["app"] = "alone" } },
        },
    };

    private static byte[] Frame(IMessage message)
    {
        byte[] frame = new byte[5 + message.CalculateSize()];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)message.CalculateSize());
        message.WriteTo(frame.AsSpan(5));
        return frame;
    }

    private static async Task AnswerAsync(HttpContext context, byte[] body, string status = "0", string message = "")
    {
        Assert.Equal(("application/grpc", "trailers", "HTTP/2"), (context.Request.ContentType, (string?)context.Request.Headers.TE, context.Request.Protocol));
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(body);
        context.Response.AppendTrailer("grpc-status", status);
        if (message.Length > 0)
            context.Response.AppendTrailer("grpc-message", message);
    }

    private static Task ServeAsync(HttpContext context) => AnswerAsync(context, context.Request.Path.Value switch
    {
        "/runtime.v1.RuntimeService/ListPodSandbox" => Frame(s_pods),
        "/runtime.v1.RuntimeService/ListContainers" => Frame(s_containers),
        var other => throw new InvalidOperationException(other),
    });

    private static async Task<string> RefusalAsync(RequestDelegate handler, HttpProtocols protocols = HttpProtocols.Http2)
    {
        await using WebServer server = await WebServer.UnixAsync(handler, protocols);
        return await new CriRuntime("containerd", server.Socket, s_labels).RefusalAsync();
    }

    [Fact]
    public async Task Pods_and_their_containers_are_named()
    {
        await using WebServer server = await WebServer.UnixAsync(ServeAsync, HttpProtocols.Http2);
        var runtime = new CriRuntime("containerd", server.Socket, s_labels);
        Assert.Null(runtime.Absent);
        IReadOnlyDictionary<string, ContainerNames> names = await runtime.AskAsync();
        Assert.Equal(["c1", "c2", "c3", "c4", "p1", "p2", "p3"], names.Keys.Order());
        string Text(string id) => string.Join(' ', names[id] with { PodLabels = [] }, string.Join(',', names[id].PodLabels));
        ContainerNames web = new() { Name = "web", Type = "normal", PodName = "web-0", PodNamespace = "shop", PodUid = "u1", Image = "shop/web:1", PodLabels = [] };
        const string labels = "[app, web],[tier/a, front],[tier/b, 2]";
        Assert.Equal($"{web} {labels}", Text("c1"));
        Assert.Equal($"{web with { Name = "istio-proxy", Type = "sidecar", Image = "istio:1" }} {labels}", Text("c2"));
        Assert.Equal($"{web with { Name = "", Type = "sandbox", Image = "" }} {labels}", Text("p1"));
        Assert.Equal(("etcd", "static", "kube-system"), (names["c3"].Name, names["c3"].Type, names["c3"].PodNamespace));
        Assert.Equal(new ContainerNames { Type = "sandbox", PodLabels = names["p3"].PodLabels }, names["p3"]);
        Assert.Equal(("", "normal", "[app, alone]"), (names["c4"].PodName, names["c4"].Type, string.Join(',', names["c4"].PodLabels)));
    }

    [Fact]
    public async Task A_status_of_grpc_is_told() => Assert.Equal(
        "/runtime.v1.RuntimeService/ListPodSandbox: gRPC status 12: unknown service, v1",
        await RefusalAsync(context => AnswerAsync(context, [], "12", "unknown service%2C v1")));

    [Fact]
    public async Task A_status_without_a_body_is_told() => Assert.Contains("gRPC status 7: no", await RefusalAsync(context =>
    {
        context.Response.Headers["grpc-status"] = "7";
        context.Response.Headers["grpc-message"] = "no";
        return Task.CompletedTask;
    }), StringComparison.Ordinal);

    [Fact]
    public async Task A_missing_status_is_told() => Assert.Contains("gRPC status missing", await RefusalAsync(context => context.Response.Body.WriteAsync(Frame(s_pods)).AsTask()), StringComparison.Ordinal);

    [Fact]
    public async Task A_status_of_http_is_told() => Assert.Contains("HTTP status 503", await RefusalAsync(context =>
    {
        context.Response.StatusCode = 503;
        return Task.CompletedTask;
    }), StringComparison.Ordinal);

    [Theory]
    [InlineData(new byte[0], "the answer has no message")]
    [InlineData(new byte[] { 0, 0, 0 }, "the answer has no message")]
    [InlineData(new byte[] { 1, 0, 0, 0, 0 }, "the answer is compressed, which was not asked for")]
    [InlineData(new byte[] { 0, 0, 0, 0, 9, 1 }, "the answer has 1 bytes where it says 9")]
    [InlineData(new byte[] { 0, 0xff, 0xff, 0xff, 0xff, 1 }, "the answer has 1 bytes where it says 4294967295")]
    [InlineData(new byte[] { 0, 0, 0, 0, 2, 0x0a, 0x7f }, "While parsing a protocol message, the input ended unexpectedly in the middle of a field.")]
    public async Task A_message_that_is_none_is_told(byte[] body, string what) =>
        Assert.Contains(what, await RefusalAsync(context => AnswerAsync(context, body)), StringComparison.Ordinal);

    [Fact]
    public async Task A_server_that_breaks_off_is_told() => Assert.StartsWith("/runtime.v1.RuntimeService/ListPodSandbox: ", await RefusalAsync(async context =>
    {
        await context.Response.Body.WriteAsync(Frame(s_pods).AsMemory(0, 8));
        await context.Response.Body.FlushAsync();
        context.Abort();
    }), StringComparison.Ordinal);

    [Fact]
    public async Task An_answer_without_an_end_is_cut() => Assert.Contains("33554432", await RefusalAsync(async context =>
    {
        byte[] block = new byte[1 << 16];
        while (!context.RequestAborted.IsCancellationRequested)
            await context.Response.Body.WriteAsync(block, context.RequestAborted);
    }), StringComparison.Ordinal);

    [Fact]
    public async Task A_server_of_another_protocol_is_told() =>
        Assert.StartsWith("/runtime.v1.RuntimeService/ListPodSandbox: ", await RefusalAsync(_ => Task.CompletedTask, HttpProtocols.Http1), StringComparison.Ordinal);

    [Theory]
    [InlineData("", false)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", false)]
    [InlineData("\0\0\u0004\u0004\0\0\0\0\0", false)]
    public async Task Bytes_that_are_no_http2_are_told(string answer, bool holds)
    {
        await using var server = new RawServer(System.Text.Encoding.Latin1.GetBytes(answer), holds);
        Assert.StartsWith("/runtime.v1.RuntimeService/ListPodSandbox: ", await new CriRuntime("cri-o", server.Path, s_labels).RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_silent_is_left_when_the_asker_loses_patience()
    {
        await using var server = new RawServer([], holds: true);
        using var runtime = new CriRuntime("cri-o", server.Path, s_labels);
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => runtime.ListAsync(patience.Token));
    }

    [Fact]
    public async Task Without_a_socket_it_is_absent_and_one_that_nobody_listens_on_is_told()
    {
        using var runtime = new CriRuntime("cri-o", "/nonexistent/crio.sock", s_labels);
        Assert.Equal("no socket /nonexistent/crio.sock", runtime.Absent);
        Assert.StartsWith("/runtime.v1.RuntimeService/ListPodSandbox: ", await runtime.RefusalAsync(), StringComparison.Ordinal);
    }
}
