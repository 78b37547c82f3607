using System.Net;
using System.Security.Cryptography.X509Certificates;
using Huatuo.Flow.Containers;
using Huatuo.Runtimes.Kubelet;
using Huatuo.Runtimes.Tests.Servers;
using Microsoft.AspNetCore.Http;

namespace Huatuo.Runtimes.Tests;

public sealed class KubeletRuntimeTests : IDisposable
{
    private const string Pods = """
        {"kind":"PodList","apiVersion":"v1","items":[
          {"metadata":{"name":"web-0","namespace":"shop","uid":"u1","labels":{"app":"web","other":"x"},"annotations":{"note":"n"}},
           "spec":{"hostname":"web","containers":[{"name":"web","image":"shop/web:1"},{"name":"istio-proxy","image":"istio"}],"initContainers":[{"name":"init","image":"busybox"}]},
           "status":{"qosClass":"Burstable","containerStatuses":[{"name":"web","containerID":"containerd://c1","image":"sha256:1"},{"name":"istio-proxy","containerID":"containerd://c2"}],"initContainerStatuses":[{"name":"init","containerID":"cri-o://c3"}]}},
          {"metadata":{"name":"proxy-x","namespace":"kube-system","uid":"u2","ownerReferences":[{"kind":"DaemonSet"}]},
           "spec":{"hostNetwork":true},"status":{"qosClass":"BestEffort","containerStatuses":[{"name":"proxy","containerID":"docker://c4","image":"proxy:1"}]}},
          {"metadata":{"name":"etcd-node","annotations":{"kubernetes.io/config.source":"file"},"ownerReferences":[{"kind":"Node"}]},"status":{"containerStatuses":[{"name":"etcd","containerID":"containerd://c5"}]}},
          {"metadata":{"name":"pending"},"status":{"containerStatuses":[{"name":"p","containerID":""},{"name":"q"},7]}},
          null,{},[]]}
        """;

    private readonly TestCertificates _certificates = new();

    public void Dispose() => _certificates.Dispose();

    private static Task PodsAsync(HttpContext context) => context.Request.Path == "/pods" ? context.Response.WriteAsync(Pods) : throw new InvalidOperationException(context.Request.Path);

    // A port of loopback on which nobody listens.
    private static IPEndPoint Nobody
    {
        get
        {
            using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            return (IPEndPoint)socket.LocalEndPoint!;
        }
    }

    private KubeletOptions Options() => new()
    {
        Address = Nobody,
        ReadOnlyAddress = Nobody,
        TokenFile = "/nonexistent",
        CaFiles = [_certificates.AuthorityFile, "/nonexistent"],
        ServerName = "node-1",
    };

    private static KubeletRuntime Runtime(KubeletOptions options) => new(options, new LabelChoice(["app", "note"]));

    [Fact]
    public async Task The_read_only_port_names_all_containers_of_all_pods()
    {
        await using WebServer server = await WebServer.TcpAsync(PodsAsync);
        KubeletOptions options = Options();
        options.ReadOnlyAddress = server.Address;
        IReadOnlyDictionary<string, ContainerNames> names = await Runtime(options).AskAsync();
        Assert.Equal(["c1", "c2", "c3", "c4", "c5"], names.Keys.Order());
        var web = new ContainerNames
        {
            Name = "web",
            Hostname = "web",
            Type = "normal",
            Qos = "burstable",
            PodName = "web-0",
            PodNamespace = "shop",
            PodUid = "u1",
            Image = "shop/web:1",
            PodLabels = names["c1"].PodLabels,
        };
        Assert.Equal("[app, web],[note, n]", string.Join(',', web.PodLabels));
        Assert.Equal(web, names["c1"]);
        Assert.Equal(web with { Name = "istio-proxy", Type = "sidecar", Image = "istio" }, names["c2"]);
        Assert.Equal(web with { Name = "init", Image = "busybox" }, names["c3"]);
        Assert.Equal(("proxy", "", "daemonSet", "besteffort", "proxy:1"), (names["c4"].Name, names["c4"].Hostname, names["c4"].Type, names["c4"].Qos, names["c4"].Image));
        Assert.Equal(("etcd", "etcd-node", "static", ""), (names["c5"].Name, names["c5"].Hostname, names["c5"].Type, names["c5"].Qos));
    }

    [Fact]
    public async Task The_authorised_port_is_asked_with_the_token_of_the_moment()
    {
        using X509Certificate2 certificate = _certificates.Issue("node-1");
        List<string?> tokens = [];
        await using WebServer server = await WebServer.TcpAsync(context =>
        {
            tokens.Add(context.Request.Headers.Authorization);
            return PodsAsync(context);
        }, certificate);
        KubeletOptions options = Options();
        options.Address = server.Address;
        options.TokenFile = _certificates.Write("token", "one\n");
        Assert.Equal(5, (await Runtime(options).AskAsync()).Count);
        _certificates.Write("token", "two");
        Assert.Equal(5, (await Runtime(options).AskAsync()).Count);
        Assert.Equal(["Bearer one", "Bearer two"], tokens);
    }

    [Fact]
    public async Task The_authorised_port_is_asked_with_a_client_certificate()
    {
        using X509Certificate2 certificate = _certificates.Issue("node-1");
        List<string?> shown = [];
        await using WebServer server = await WebServer.TcpAsync(async context =>
        {
            shown.Add((await context.Connection.GetClientCertificateAsync())?.Subject + context.Request.Headers.Authorization);
            await PodsAsync(context);
        }, certificate, asksForClient: true);
        KubeletOptions options = Options();
        options.Address = server.Address;
        options.TokenFile = _certificates.Write("token", "one");
        (options.ClientCertificate, options.ClientKey) = _certificates.IssueFiles("huatuo");
        Assert.Equal(5, (await Runtime(options).AskAsync()).Count);
        Assert.Equal(["CN=huatuo"], shown);
    }

    [Theory]
    [InlineData("node-2", true)]
    [InlineData("node-1", false)]
    public async Task A_certificate_of_another_name_or_authority_is_refused_before_the_token_is_shown(string name, bool trusted)
    {
        using var others = new TestCertificates();
        using X509Certificate2 certificate = (trusted ? _certificates : others).Issue(name);
        int requests = 0;
        await using WebServer server = await WebServer.TcpAsync(context =>
        {
            requests++;
            return PodsAsync(context);
        }, certificate);
        KubeletOptions options = Options();
        options.Address = server.Address;
        options.TokenFile = _certificates.Write("token", "one");
        string refusal = await Runtime(options).RefusalAsync();
        Assert.StartsWith($"https://node-1:{server.Address.Port}/pods: The remote certificate", refusal, StringComparison.Ordinal);
        Assert.Equal(0, requests);
    }

    [Fact]
    public async Task Where_the_token_is_not_enough_the_read_only_port_is_asked_and_both_refusals_are_told()
    {
        using X509Certificate2 certificate = _certificates.Issue("node-1");
        await using WebServer server = await WebServer.TcpAsync(context =>
        {
            context.Response.StatusCode = 403;
            return Task.CompletedTask;
        }, certificate);
        KubeletOptions options = Options();
        options.Address = server.Address;
        options.TokenFile = _certificates.Write("token", "one");
        Assert.StartsWith($"https://node-1:{server.Address.Port}/pods: HTTP status 403; http://{options.ReadOnlyAddress}/pods: ", await Runtime(options).RefusalAsync(), StringComparison.Ordinal);
        await using WebServer readOnly = await WebServer.TcpAsync(PodsAsync);
        options.ReadOnlyAddress = readOnly.Address;
        Assert.Equal(5, (await Runtime(options).AskAsync()).Count);
    }

    [Theory]
    [InlineData("{\"items\":7}", "/pods: the answer is not a list of pods")]
    [InlineData("[]", "/pods: the answer is not a list of pods")]
    [InlineData("{\"items\":[", "the answer is not JSON")]
    public async Task An_answer_that_is_none_is_told(string answer, string what)
    {
        await using WebServer server = await WebServer.TcpAsync(context => context.Response.WriteAsync(answer));
        KubeletOptions options = Options();
        options.ReadOnlyAddress = server.Address;
        Assert.Contains(what, await Runtime(options).RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_pods_are_no_failure()
    {
        await using WebServer server = await WebServer.TcpAsync(context => context.Response.WriteAsync("""{"kind":"PodList","items":null}"""));
        KubeletOptions options = Options();
        options.ReadOnlyAddress = server.Address;
        Assert.Empty(await Runtime(options).AskAsync());
    }

    [Fact]
    public async Task Files_that_cannot_be_used_are_told()
    {
        KubeletOptions options = Options();
        options.TokenFile = _certificates.Write("token", "one");
        options.CaFiles = [_certificates.Write("bad.crt", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")];
        Assert.StartsWith("kubelet.ca_files: ", await Runtime(options).RefusalAsync(), StringComparison.Ordinal);
        options = Options();
        options.ClientCertificate = "/nonexistent/client.crt";
        Assert.StartsWith("kubelet.client_certificate: /nonexistent/client.crt: ", await Runtime(options).RefusalAsync(), StringComparison.Ordinal);
        options = Options();
        options.ClientCertificate = _certificates.IssueFiles("one").Certificate;
        options.ClientKey = _certificates.IssueFiles("other").Key;
        Assert.StartsWith($"kubelet.client_certificate: {options.ClientCertificate}: ", await Runtime(options).RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void Switched_off_it_is_absent() => Assert.Equal("kubelet.enabled is false", Runtime(new KubeletOptions { Enabled = false }).Absent);
}
