using Huatuo.Bench.Native;

namespace Huatuo.Bench.Site;

/// <summary>A network namespace without a name: it goes away with this, and with the process however that ends.</summary>
internal sealed class NetworkNamespace : IDisposable
{
    private readonly int _fd;

    private NetworkNamespace(int fd) => _fd = fd;

    /// <summary>A path to it that other processes can open.</summary>
    internal string Reference => $"/proc/{Environment.ProcessId}/fd/{_fd}";

    /// <summary>Makes one, on a thread that is not used again.</summary>
    internal static NetworkNamespace Create()
    {
        int fd = -1;
        var maker = new Thread(() => fd = Libc.unshare(Libc.CLONE_NEWNET) == 0 ? Libc.open("/proc/thread-self/ns/net", Libc.O_CLOEXEC) : -1);
        maker.Start();
        maker.Join();
        return fd >= 0 ? new NetworkNamespace(fd) : throw new BenchException("a network namespace cannot be made");
    }

    /// <summary>A command that runs in it. Unlike <c>ip netns exec</c>, nsenter mounts nothing.</summary>
    internal string[] Inside(params string[] words) => ["nsenter", "--net=" + Reference, .. words];

    public void Dispose() => _ = Libc.close(_fd);
}
