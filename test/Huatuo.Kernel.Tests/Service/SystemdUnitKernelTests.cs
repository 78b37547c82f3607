using System.Net;
using Huatuo.Kernel.Tests.Harness;
using Huatuo.Linux.Cgroups;

namespace Huatuo.Kernel.Tests.Service;

/// <summary>The agent as a service of systemd's, by the unit that is shipped and with all that it forbids.</summary>
public sealed class SystemdUnitKernelTests
{
    private const string Configuration = "/etc/huatuo/huatuo.yaml";

    [Fact]
    public async Task It_is_ready_when_it_has_started_takes_another_configuration_and_stops()
    {
        Require();
        await using ContainedSystemd systemd = await ContainedSystemd.StartAsync("");

        systemd.Control("start", "huatuo");
        Assert.Equal(("active", "0"), (systemd.Of("ActiveState"), systemd.Of("NRestarts")));
        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync("/readyz"));
        string[] states = [.. (await PageAsync()).Split('\n').Where(line => line.StartsWith("huatuo_tracer_state{", StringComparison.Ordinal) && line.EndsWith(" 1", StringComparison.Ordinal))];
        Assert.NotEmpty(states);
        Assert.All(states, state => Assert.Matches("state=\"(running|disabled|unsupported)\"", state));

        Directory.CreateDirectory(Path.GetDirectoryName(Configuration)!);
        await File.WriteAllTextAsync(Configuration, "tracers: {dropwatch: {enabled: false}}\n", TestContext.Current.CancellationToken);
        systemd.Control("reload", "huatuo");
        await systemd.UntilAsync("it has read the configuration", () => systemd.Of("ActiveState") == "active");
        Assert.Contains("huatuo_tracer_state{tracer=\"dropwatch\",state=\"disabled\"} 1", await PageAsync(), StringComparison.Ordinal);

        systemd.Control("stop", "huatuo");
        Assert.Equal(("inactive", "success", "0"), (systemd.Of("ActiveState"), systemd.Of("Result"), systemd.Of("ExecMainStatus")));
        File.Delete(Configuration);
    }

    [Fact]
    [Trait("kernels", "all")]
    public async Task One_that_stands_still_is_started_anew()
    {
        Require();
        await using ContainedSystemd systemd = await ContainedSystemd.StartAsync("[Service]\nWatchdogSec=30s\nTimeoutAbortSec=1s\nRestartSec=1s\n");
        systemd.Control("start", "huatuo");
        string before = systemd.Of("MainPID");

        systemd.Control("kill", "--signal=STOP", "huatuo");

        await systemd.UntilAsync("another one runs", () => (systemd.Of("NRestarts"), systemd.Of("ActiveState")) == ("1", "active"));
        Assert.NotEqual(before, systemd.Of("MainPID"));
        Assert.Equal(HttpStatusCode.NoContent, await StatusAsync("/readyz"));
        systemd.Control("stop", "huatuo");
    }

    private static void Require()
    {
        DisposableMachine.Require();
        Assert.SkipUnless(CgroupMounts.Load().Layout == CgroupLayout.V2, "needs cgroup v2 alone");
    }

    private static async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var client = new HttpClient();
        using HttpResponseMessage reply = await client.GetAsync(new Uri("http://127.0.0.1:19704" + path));
        return reply.StatusCode;
    }

    private static async Task<string> PageAsync()
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri("http://127.0.0.1:19704/metrics"));
    }
}
