using System.Net.Sockets;
using System.Text;
using Huatuo.EndToEnd.Tests.Machine;
using Huatuo.EndToEnd.Tests.Product;

namespace Huatuo.EndToEnd.Tests;

/// <summary>What the agent tells a service manager, which the test plays: it listens on the socket of sd_notify(3).</summary>
public sealed class SystemdTests
{
    [Fact]
    public async Task It_is_told_that_the_agent_is_ready_alive_and_stopping()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "notify");
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(path));
        var launch = new Launch { Prefix = ["env", $"NOTIFY_SOCKET={path}", "WATCHDOG_USEC=300000"] };
        await using Agent agent = await Agent.StartAsync(launch, folder.Path);

        Assert.Equal("READY=1", await NextAsync(manager));
        Assert.Equal("WATCHDOG=1", await NextAsync(manager));
        Assert.Equal("WATCHDOG=1", await NextAsync(manager));
        agent.Process.Signal(Signal.Terminate);
        string last;
        while ((last = await NextAsync(manager)) == "WATCHDOG=1")
        {
        }
        Assert.Equal("STOPPING=1", last);
        (await agent.Process.EndAsync()).Expect(0);
    }

    [Fact]
    public async Task It_is_told_when_the_configuration_is_read_again_and_when_that_is_done()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "notify");
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(path));
        await using Agent agent = await Agent.StartAsync(new Launch { Prefix = ["env", $"NOTIFY_SOCKET={path}"] }, folder.Path);
        Assert.Equal("READY=1", await NextAsync(manager));
        agent.Process.Signal(Signal.Hangup);
        Assert.Matches(@"^RELOADING=1\nMONOTONIC_USEC=\d+$", await NextAsync(manager));
        Assert.Equal("READY=1", await NextAsync(manager));
        await agent.StopAsync();
    }

    [Fact]
    public async Task A_socket_that_nobody_listens_on_stops_nothing()
    {
        using var folder = new TemporaryFolder();
        var launch = new Launch { Prefix = ["env", $"NOTIFY_SOCKET={folder.Path}/nobody", "WATCHDOG_USEC=nonsense"] };
        await using Agent agent = await Agent.StartAsync(launch, folder.Path);
        await agent.StopAsync();
    }

    private static async Task<string> NextAsync(Socket manager)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Eventually.Patience);
        var message = new byte[64];
        return Encoding.UTF8.GetString(message, 0, await manager.ReceiveAsync(message, SocketFlags.None, patience.Token));
    }
}
