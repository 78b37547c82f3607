using System.Text;
using Huatuo.Flow.Containers;
using Huatuo.Runtimes.Docker;
using Huatuo.Runtimes.Tests.Servers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Huatuo.Runtimes.Tests;

public sealed class DockerRuntimeTests
{
    private static readonly LabelChoice s_labels = new(["app"]);

    private static async Task<(IReadOnlyDictionary<string, ContainerNames> Names, List<string> Asked)> AskAsync(Dictionary<string, string> answers, int times = 1)
    {
        List<string> asked = [];
        await using WebServer server = await WebServer.UnixAsync(context =>
        {
            string path = context.Request.Path + context.Request.QueryString;
            lock (asked)
                asked.Add(path);
            context.Response.StatusCode = answers.ContainsKey(path) ? 200 : 404;
            return context.Response.WriteAsync(answers.GetValueOrDefault(path, """{"message":"no such container"}"""));
        }, HttpProtocols.Http1);
        using var runtime = new DockerRuntime("docker", server.Socket, s_labels);
        IReadOnlyDictionary<string, ContainerNames> names = new Dictionary<string, ContainerNames>();
        for (int i = 0; i < times; i++)
            names = await runtime.ListAsync(TestContext.Current.CancellationToken);
        return (names, asked);
    }

    private static async Task<string> RefusalAsync(string answer)
    {
        await using WebServer server = await WebServer.UnixAsync(context => context.Response.WriteAsync(answer), HttpProtocols.Http1);
        return await new DockerRuntime("docker", server.Socket, s_labels).RefusalAsync();
    }

    [Fact]
    public async Task Containers_are_named_and_their_host_names_asked_for_once()
    {
        (IReadOnlyDictionary<string, ContainerNames> names, List<string> asked) = await AskAsync(new()
        {
            ["/containers/json?all=true"] = """
                [{"Id":"a","Names":["/web"],"Image":"shop/web:1","State":"running","Labels":{"app":"web","other":"x"}},
                 {"Id":"b","Names":["/done"],"Image":"job","State":"exited","Labels":null},
                 {"Id":"c","Names":["/k8s_web_web-0_shop_u1_0"],"Image":"sha256:1","State":"running","Labels":{"io.kubernetes.container.name":"web","io.kubernetes.pod.name":"web-0","io.kubernetes.pod.namespace":"shop","io.kubernetes.pod.uid":"u1","io.kubernetes.docker.type":"container"}},
                 {"Id":"d","Names":["/k8s_POD"],"State":"running","Labels":{"io.kubernetes.container.name":"POD","io.kubernetes.docker.type":"podsandbox"}}]
                """,
            ["/containers/a/json"] = """{"Config":{"Hostname":"web-host"}}""",
            ["/containers/c/json"] = """{"Config":{"Hostname":7}}""",
        }, times: 2);
        Assert.Equal(["a", "b", "c", "d"], names.Keys);
        Assert.Equal(new ContainerNames { Name = "web", Hostname = "web-host", Type = "normal", Image = "shop/web:1", PodLabels = names["a"].PodLabels }, names["a"]);
        Assert.Equal("[app, web]", Assert.Single(names["a"].PodLabels).ToString());
        Assert.Equal(("done", ""), (names["b"].Name, names["b"].Hostname));
        Assert.Equal(("web", "web-0", "shop", "u1", "normal"), (names["c"].Name, names["c"].PodName, names["c"].PodNamespace, names["c"].PodUid, names["c"].Type));
        Assert.Equal("sandbox", names["d"].Type);
        // The one that was gone is asked for again.
        Assert.Equal(
            ["/containers/json?all=true", "/containers/a/json", "/containers/c/json", "/containers/d/json", "/containers/json?all=true", "/containers/d/json"], asked);
    }

    [Theory]
    [InlineData(1, "web-host")]
    [InlineData(3, "")]
    public async Task Those_that_the_engine_does_not_answer_for_keep_no_other_from_its_host_name(int stuck, string first)
    {
        string[] ids = [.. Enumerable.Range(0, stuck).Select(i => $"stuck{i}")];
        string list = string.Join(',', ids.Append("web").Select(id => $$"""{"Id":"{{id}}","Names":["/{{id}}"],"State":"running"}"""));
        List<string> asked = [];
        await using WebServer server = await WebServer.UnixAsync(context =>
        {
            string path = context.Request.Path;
            lock (asked)
                asked.Add(path);
            return path switch
            {
                "/containers/json" => context.Response.WriteAsync($"[{list}]"),
                "/containers/web/json" => context.Response.WriteAsync("""{"Config":{"Hostname":"web-host"}}"""),
                _ => Task.Delay(Timeout.Infinite, context.RequestAborted),
            };
        }, HttpProtocols.Http1);
        using var runtime = new DockerRuntime("docker", server.Socket, s_labels);
        foreach (string expected in (string[])[first, "web-host"])
        {
            IReadOnlyDictionary<string, ContainerNames> names = await runtime.ListAsync(TestContext.Current.CancellationToken)
                .WaitAsync(RuntimeLoop.Patience, TestContext.Current.CancellationToken);
            Assert.Equal(stuck + 1, names.Count);
            Assert.Equal(("stuck0", ""), (names["stuck0"].Name, names["stuck0"].Hostname));
            Assert.Equal(("web", expected), (names["web"].Name, names["web"].Hostname));
        }
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[null, 1, [], {}, {\"Id\":7}]")]
    public async Task What_is_no_container_is_left_out(string answer) =>
        Assert.Empty((await AskAsync(new() { ["/containers/json?all=true"] = answer })).Names);

    [Theory]
    [InlineData("{\"message\":\"x\"}", "/containers/json: the answer is not a list")]
    [InlineData("[{\"Id\":", "the answer is not JSON")]
    [InlineData("", "the answer is not JSON")]
    [InlineData("<html>", "the answer is not JSON")]
    public async Task An_answer_that_is_none_is_told(string answer, string what) => Assert.Contains(what, await RefusalAsync(answer), StringComparison.Ordinal);

    [Fact]
    public async Task Nesting_without_an_end_is_told() => Assert.Contains("the answer is not JSON", await RefusalAsync(new string('[', 100_000)), StringComparison.Ordinal);

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[")]
    [InlineData("nonsense\r\n\r\n")]
    [InlineData("")]
    public async Task A_server_that_breaks_off_is_told(string answer)
    {
        await using var server = new RawServer(Encoding.Latin1.GetBytes(answer), holds: false);
        Assert.StartsWith("/containers/json?all=true: ", await new DockerRuntime("podman", server.Path, s_labels).RefusalAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Statuses_are_told() =>
        Assert.Equal("/containers/json?all=true: HTTP status 404", (await Assert.ThrowsAsync<RuntimeException>(() => AskAsync([]))).Message);
}
