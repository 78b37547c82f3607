using System.Runtime.InteropServices;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>
/// A mount namespace for the whole program: tracefs and the names of network namespaces are mounted where only it sees
/// them, and go away with it however it ends.
/// </summary>
internal static unsafe class PrivateMounts
{
    internal const string Tracefs = "/sys/kernel/tracing";
    internal const string NetworkNamespaces = "/run/netns";
    private const string Entered = "HUATUO_KERNEL_TESTS_MOUNTS";

    /// <summary>Starts this program again within the namespace; returns there. Other threads end with the old image.</summary>
    internal static void Enter()
    {
        if (Environment.GetEnvironmentVariable(Entered) is not null)
            return;
        Native.Check(Native.unshare(Native.CLONE_NEWNS), "unshare the mounts (the tests need root)");
        Native.Check(Native.mount("none", "/", null, Native.MS_REC | Native.MS_PRIVATE, 0), "make the mounts private");
        if (!Directory.Exists(Path.Combine(Tracefs, "events")))
            Native.Check(Native.mount("tracefs", Tracefs, "tracefs", 0, 0), $"mount {Tracefs}");
        Directory.CreateDirectory(NetworkNamespaces);
        Native.Check(Native.mount("tmpfs", NetworkNamespaces, "tmpfs", 0, 0), $"mount {NetworkNamespaces}");
        Native.Check(Native.setenv(Entered, "1", 1), "setenv");

        string[] arguments = [.. File.ReadAllText("/proc/self/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries)];
        nint* pointers = stackalloc nint[arguments.Length + 1];
        for (int i = 0; i < arguments.Length; i++)
            pointers[i] = Marshal.StringToCoTaskMemUTF8(arguments[i]);
        pointers[arguments.Length] = 0;
        Native.Check(Native.execv(Environment.ProcessPath!, pointers), "exec");
    }
}
