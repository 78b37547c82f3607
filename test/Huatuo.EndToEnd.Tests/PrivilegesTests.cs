using System.Globalization;
using System.Text.Json;
using Huatuo.EndToEnd.Tests.Machine;
using Huatuo.EndToEnd.Tests.Product;

namespace Huatuo.EndToEnd.Tests;

/// <summary>The agent with the capabilities of its systemd unit and no other.</summary>
public sealed class PrivilegesTests
{
    private const string Key = "CapabilityBoundingSet=";

    // Started before the first line of the program.
    private static readonly string[] s_runtime = [".NET SynchManag", ".NET EventPipe", ".NET SigHandler", ".NET Finalizer", ".NET Tiered", ".NET Debug"];

    // linux/capability.h
    private static readonly Dictionary<string, int> s_bits = new()
    {
        ["CAP_DAC_READ_SEARCH"] = 2,
        ["CAP_NET_BIND_SERVICE"] = 10,
        ["CAP_NET_ADMIN"] = 12,
        ["CAP_IPC_LOCK"] = 14,
        ["CAP_SYS_PTRACE"] = 19,
        ["CAP_SYS_ADMIN"] = 21,
        ["CAP_SYS_RESOURCE"] = 24,
        ["CAP_SYSLOG"] = 34,
        ["CAP_PERFMON"] = 38,
        ["CAP_BPF"] = 39,
    };

    /// <param name="without">What is taken away as well; empty: nothing.</param>
    [Theory]
    [InlineData("")]
    [InlineData("CAP_SYS_ADMIN")]
    public async Task The_unit_grants_all_that_is_used(string without)
    {
        if (without.Length > 0)
            Assert.SkipWhen(int.Parse(File.ReadAllText("/proc/sys/kernel/perf_event_paranoid"), CultureInfo.InvariantCulture) > 2, "this kernel lacks perf events by CAP_PERFMON (kernel.perf_event_paranoid is above 2)");
        using var folder = new TemporaryFolder();
        using var network = new NetworkPair();
        Launch bounded = Bounded(without);
        await using Agent agent = await Agent.StartAsync(bounded, folder.Path);
        await Eventually.HoldsAsync("a drop is stored", () =>
        {
            network.ConnectToClosed(4717);
            return agent.Stored.To(4717) is not null;
        });
        JsonElement drop = agent.Stored.To(4717)!.RootElement.GetProperty("tracer_data");
        Assert.Contains("+0x", drop.GetProperty("stack").GetString(), StringComparison.Ordinal);
        string[] running = Running(await agent.StopAsync());

        await using Agent root = await Agent.StartAsync(folder.Path);
        Assert.Equal(Running(await root.StopAsync()), running);
        Assert.NotEmpty(running);
    }

    [Fact]
    public async Task Started_by_root_it_gives_up_for_good_what_it_does_not_use()
    {
        using var folder = new TemporaryFolder();
        await using Agent agent = await Agent.StartAsync(folder.Path);
        ulong own = Bits("/proc/self/status", "CapEff:");
        // Memory of BPF maps is not locked any more since 5.11.
        Assert.True(Version.Parse(File.ReadAllText("/proc/sys/kernel/osrelease").Split('-')[0].Trim()) >= new Version(5, 11));
        ulong used = (ulong)Granted().Where(name => name != "CAP_SYS_RESOURCE").Sum(name => 1L << s_bits[name]) & own;
        Assert.NotEqual(used, own);
        string[] threads = [.. Directory.GetDirectories($"/proc/{agent.Process.Id}/task").Where(thread => !s_runtime.Any(File.ReadAllText(thread + "/comm").StartsWith))];
        Assert.Contains(threads, thread => File.ReadAllText(thread + "/comm") == "huatuo-pump\n");
        Assert.Contains(threads, thread => File.ReadAllText(thread + "/comm").StartsWith(".NET TP Worker", StringComparison.Ordinal));
        foreach (string thread in threads)
            Assert.All(["CapPrm:", "CapEff:", "CapBnd:"], set => Assert.Equal((File.ReadAllText(thread + "/comm"), used), (File.ReadAllText(thread + "/comm"), Bits(thread + "/status", set))));
        await agent.StopAsync();
    }

    [Fact]
    public async Task Doctor_tells_what_is_used_and_what_else_there_is()
    {
        JsonElement bounded = await DoctorAsync(Bounded(""));
        JsonElement lacking = await DoctorAsync(Bounded("CAP_SYS_ADMIN"));
        JsonElement root = await DoctorAsync(new Launch());
        foreach (string granted in Granted())
            Assert.Equal(root.GetProperty(granted).GetProperty("value").GetString(), bounded.GetProperty(granted).GetProperty("value").GetString());
        Assert.Equal("yes", bounded.GetProperty("CAP_BPF").GetProperty("value").GetString());
        Assert.Equal("no", lacking.GetProperty("CAP_SYS_ADMIN").GetProperty("value").GetString());
        Assert.Equal("yes", root.GetProperty("CAP_SYS_ADMIN").GetProperty("value").GetString());
        Assert.Equal("0", bounded.GetProperty("others").GetProperty("value").GetString());
        Assert.NotEqual("0", root.GetProperty("others").GetProperty("value").GetString());
        Assert.Equal([.. Granted().Append("others")], bounded.EnumerateObject().Select(property => property.Name).ToArray());
    }

    private static async Task<JsonElement> DoctorAsync(Launch launch)
    {
        Ending doctor = (await HuatuoProcess.RunAsync(launch, "doctor", "-o", "json")).Expect(0);
        return JsonElement.Parse(doctor.Output).GetProperty("privileges");
    }

    private static ulong Bits(string status, string set) =>
        ulong.Parse(File.ReadLines(status).Single(line => line.StartsWith(set, StringComparison.Ordinal))[set.Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static string[] Running(Ending agent) =>
        [.. agent.Error.Split('\n').Where(line => line.Contains(": running on ", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static string[] Granted() =>
        File.ReadLines(Repository.File("deploy/systemd/huatuo.service")).Single(line => line.StartsWith(Key, StringComparison.Ordinal))[Key.Length..].Split(' ');

    private static Launch Bounded(string without) => new()
    {
        Prefix = ["setpriv", "--no-new-privs", "--bounding-set", "-all," + string.Join(',', Granted().Except([without]).Select(name => "+" + name["CAP_".Length..].ToLowerInvariant()))],
    };
}
