using System.Globalization;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>Two network namespaces joined by a veth pair, with an IPv4 and an IPv6 address at each end.</summary>
internal sealed class TestNetwork : IAsyncDisposable
{
    private TestNetwork(NetworkNamespace left, NetworkNamespace right) => (Left, Right) = (left, right);

    internal NetworkNamespace Left { get; }

    internal NetworkNamespace Right { get; }

    /// <summary>Makes the namespaces; returns when packets can pass both ways.</summary>
    internal static async Task<TestNetwork> CreateAsync()
    {
        string unique = string.Create(CultureInfo.InvariantCulture, $"huatuo-{Environment.ProcessId}-{Guid.NewGuid():N}")[..24];
        var network = new TestNetwork(
            new NetworkNamespace(unique + "-left", "vleft", "02:00:00:00:00:01", "10.199.0.1", "fd99::1"),
            new NetworkNamespace(unique + "-right", "vright", "02:00:00:00:00:02", "10.199.0.2", "fd99::2"));
        try
        {
            await network.BuildAsync();
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sets rules of netfilter in the receiving namespace.</summary>
    internal Task<string> RulesAsync(string rules) => Right.RunAsync(() => Command.Run(rules, "nft", "-f", "-"));

    /// <exception cref="InvalidOperationException">A thread of the runtime has stayed in one of them.</exception>
    public async ValueTask DisposeAsync()
    {
        List<string> stayed = [];
        foreach (NetworkNamespace side in new[] { Left, Right })
            if (File.Exists(side.File))
            {
                stayed.AddRange(RuntimeThreads.In(await side.RunAsync(RuntimeThreads.Namespace)));
                Command.Run("", "ip", "netns", "delete", side.Name);
            }
        if (stayed.Count > 0)
            throw new InvalidOperationException($"started in a network namespace that a test has entered, and still there: {string.Join(", ", stayed)}");
    }

    private async Task BuildAsync()
    {
        Command.Run(
            $"""
            netns add {Left.Name}
            netns add {Right.Name}
            link add {Left.Device} address {Left.Mac} netns {Left.Name} type veth peer name {Right.Device} address {Right.Mac} netns {Right.Name}

            """,
            "ip", "-batch", "-");
        using LinkWatch left = await Left.RunAsync(() => new LinkWatch());
        using LinkWatch right = await Right.RunAsync(() => new LinkWatch());
        await RaiseAsync(Left);
        await RaiseAsync(Right);
        Left.Ifindex = left.AwaitRunning();
        Right.Ifindex = right.AwaitRunning();
    }

    private static Task<string> RaiseAsync(NetworkNamespace side) => side.RunAsync(() => Command.Run(
        $"""
        link set lo up
        link set {side.Device} addrgenmode none
        link set {side.Device} up
        address add {side.Ipv4}/24 dev {side.Device}
        address add {side.Ipv6}/64 dev {side.Device} nodad

        """,
        "ip", "-batch", "-"));
}
