using Huatuo.Linux;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>A named network namespace that threads of this process can enter.</summary>
internal sealed unsafe class NetworkNamespace
{
    private const int AF_INET = 2, SOCK_DGRAM = 2, SOL_SOCKET = 1, SO_NETNS_COOKIE = 71;

    internal NetworkNamespace(string name, string device, string mac, string ipv4, string ipv6)
    {
        (Name, Device, Mac, Ipv4, Ipv6) = (name, device, mac, ipv4, ipv6);
    }

    /// <summary>Whether every namespace has a cookie from its birth (5.12), not only once somebody has asked for it.</summary>
    internal static bool BornWithCookie => KernelRelease.TryRead(out KernelRelease release) && release.Since(5, 12);

    internal string Name { get; }

    internal string Device { get; }

    internal string Mac { get; }

    internal string Ipv4 { get; }

    internal string Ipv6 { get; }

    /// <summary>Of <see cref="Device"/>.</summary>
    internal int Ifindex { get; set; }

    /// <summary>Where it can be opened.</summary>
    internal string File => Path.Combine(PrivateMounts.NetworkNamespaces, Name);

    /// <summary>Its inode, as the kernel numbers it.</summary>
    internal string Inum => Command.Run("", "stat", "-L", "-c", "%i", File).Trim();

    /// <summary>Does something on a thread that has entered it.</summary>
    /// <param name="work">What to do.</param>
    /// <param name="cpu">The CPU to do it on; negative for any.</param>
    internal Task<T> RunAsync<T>(Func<T> work, int cpu = -1) => PinnedThread.Run(cpu, () =>
    {
        Enter();
        return work();
    });

    internal Task RunAsync(Action work, int cpu = -1) => RunAsync(
        () =>
        {
            work();
            return 0;
        },
        cpu);

    /// <summary>Has one CPU take all that its device receives (receive packet steering).</summary>
    internal void SteerPackets(int cpu) =>
        Command.Run("", "ip", "netns", "exec", Name, "sh", "-c", $"echo {1 << cpu:x} > /sys/class/net/{Device}/queues/rx-0/rps_cpus");

    /// <summary>The cookie that a socket of the namespace tells (5.14); null before.</summary>
    internal Task<ulong?> CookieAsync() => RunAsync<ulong?>(() =>
    {
        int fd = Native.Check(Native.socket(AF_INET, SOCK_DGRAM, 0), "socket");
        ulong cookie;
        int length = sizeof(ulong);
        int result = Native.getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &length);
        _ = Native.close(fd);
        return result == 0 ? cookie : null;
    });

    private void Enter()
    {
        using SafeFileHandle file = System.IO.File.OpenHandle(File);
        Native.Check(Native.setns((int)file.DangerousGetHandle(), Native.CLONE_NEWNET), $"enter {Name}");
    }
}
