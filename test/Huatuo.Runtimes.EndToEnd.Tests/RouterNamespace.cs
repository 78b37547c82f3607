using Huatuo.EndToEnd.Tests.Machine;

namespace Huatuo.Runtimes.EndToEnd.Tests;

/// <summary>A network namespace in place of the machine's own, for the bridge, the rules and the settings that Podman leaves there.</summary>
internal sealed class RouterNamespace : IDisposable
{
    private readonly string _name = $"huatuo-podman-{Environment.ProcessId}";

    internal RouterNamespace()
    {
        Command.Run("ip", "netns", "add", _name);
        Command.Run([.. Prefix, "ip", "link", "set", "lo", "up"]);
    }

    /// <summary>What stands before a command that runs there; unlike <c>ip netns exec</c> it mounts nothing.</summary>
    internal string[] Prefix => ["nsenter", $"--net=/run/netns/{_name}"];

    public void Dispose() => Command.Run("ip", "netns", "delete", _name);
}
