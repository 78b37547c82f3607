namespace Huatuo.Runtimes.EndToEnd.Tests;

/// <summary>A network plug-in (CNI 0.4.0) for pods that have loopback alone, in a network namespace of their own.</summary>
internal static class LoopbackNetwork
{
    /// <summary>Writes plug-in and configuration into one folder.</summary>
    internal static void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "10-loopback.conflist"), """{"cniVersion":"0.4.0","name":"loopback-alone","plugins":[{"type":"alone"}]}""");
        // The runtime asks for "loopback" too, and wants an address of the pod; that one is for documentation.
        const string plugin = """
            #!/bin/sh
            case $CNI_COMMAND in
            ADD)
                nsenter --net="$CNI_NETNS" ip link set lo up || exit 1
                echo '{"cniVersion":"0.4.0","interfaces":[{"name":"'"$CNI_IFNAME"'","sandbox":"'"$CNI_NETNS"'"}],"ips":[{"version":"4","interface":0,"address":"192.0.2.1/32"}]}'
                ;;
            VERSION) echo '{"cniVersion":"0.4.0","supportedVersions":["0.3.1","0.4.0"]}' ;;
            esac
            """;
        foreach (string name in (string[])["alone", "loopback"])
        {
            string path = Path.Combine(folder, name);
            File.WriteAllText(path, plugin);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
