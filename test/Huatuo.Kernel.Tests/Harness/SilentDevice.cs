using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>A network device in the calling thread's namespace whose packets nobody ever takes: they leave the host, as far as its kernel knows.</summary>
internal sealed unsafe class SilentDevice : IDisposable
{
    private const nuint TUNSETIFF = 0x400454ca;
    private const short IFF_TUN = 1, IFF_NO_PI = 0x1000;
    private readonly SafeFileHandle _file;

    /// <param name="name">Its name.</param>
    /// <param name="address">The host's address on it, with the length of the prefix.</param>
    internal SilentDevice(string name, string address)
    {
        const int requestBytes = 40, flags = 16;
        _file = File.OpenHandle("/dev/net/tun", FileMode.Open, FileAccess.ReadWrite);
        byte* request = stackalloc byte[requestBytes];
        new Span<byte>(request, requestBytes).Clear();
        Encoding.ASCII.GetBytes(name, new Span<byte>(request, flags));
        *(short*)(request + flags) = IFF_TUN | IFF_NO_PI;
        Native.Check(Native.ioctl((int)_file.DangerousGetHandle(), TUNSETIFF, request), $"make {name}");
        Command.Run($"address add {address} dev {name}\nlink set {name} up\n", "ip", "-batch", "-");
    }

    public void Dispose() => _file.Dispose();
}
