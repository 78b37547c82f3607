using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>A network card of a virtual machine with nothing on it, that is kept from reading memory: bus mastering is off.</summary>
internal sealed class SpareCard : IDisposable
{
    private const int AF_PACKET = 17, SOCK_RAW = 3, SOL_SOCKET = 1, SO_SNDBUFFORCE = 32, LocalExperimental = 0x88b5;
    private const int CommandAt = 4, BusMaster = 4, FrameBytes = 64;
    private readonly string _configuration;

    private SpareCard(string folder)
    {
        Device = Path.GetFileName(folder);
        _configuration = Path.Combine(folder, "device/config");
        Index = int.Parse(File.ReadAllText(Path.Combine(folder, "ifindex")), CultureInfo.InvariantCulture);
        Command.Run("", "ip", "link", "set", Device, "up");
        SetBusMaster(false);
    }

    /// <summary>Its name.</summary>
    internal string Device { get; }

    /// <summary>Its index.</summary>
    internal int Index { get; }

    /// <summary>Of the network namespace that it is in.</summary>
    internal static string NamespaceInum => Command.Run("", "stat", "-L", "-c", "%i", "/proc/self/ns/net").Trim();

    /// <summary>Finds one and stops it.</summary>
    internal static bool TryFind([NotNullWhen(true)] out SpareCard? card)
    {
        _ = System.Diagnostics.Process.Start("modprobe", ["-q", "vmxnet3"]) is { } probe && probe.WaitForExit(TimeSpan.FromSeconds(20));
        string? folder = Directory.GetDirectories("/sys/class/net").FirstOrDefault(
            device => Path.GetFileName(new FileInfo(Path.Combine(device, "device/driver")).LinkTarget) == "vmxnet3" && File.ReadAllText(Path.Combine(device, "operstate")) == "down\n");
        card = folder is null ? null : new SpareCard(folder);
        return card is not null;
    }

    /// <summary>Sends to it, more than its ring holds, until something has happened.</summary>
    internal async Task<T> FloodUntilAsync<T>(Task<T> happened)
    {
        Task ended = happened.ContinueWith(_ => { }, TaskScheduler.Default);
        await PinnedThread.Run(0, () => Flood(ended));
        return await happened;
    }

    public void Dispose()
    {
        SetBusMaster(true);
        Command.Run("", "ip", "link", "set", Device, "down");
    }

    // The queue is stopped once its ring is full; the watchdog wants it to stay so for some seconds.
    private unsafe int Flood(Task ended)
    {
        byte* frame = stackalloc byte[FrameBytes];
        new Span<byte>(frame, FrameBytes).Clear();
        new Span<byte>(frame, 6).Fill(0xff);
        BinaryPrimitives.WriteUInt16BigEndian(new Span<byte>(frame + 12, sizeof(ushort)), LocalExperimental);
        int frames = 0, socket = Open();
        for (; !ended.Wait(TimeSpan.FromMilliseconds(1)); frames++)
            _ = Native.write(socket, frame, FrameBytes);
        _ = Native.close(socket);
        return frames;
    }

    private unsafe int Open()
    {
        int socket = Native.Check(Native.socket(AF_PACKET, SOCK_RAW, 0), "packet socket");
        int room = 64 << 20;
        Native.Check(Native.setsockopt(socket, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(int)), "send buffer");
        // struct sockaddr_ll: family and protocol, index, and what the kernel fills in.
        uint* address = stackalloc uint[5] { AF_PACKET, (uint)Index, 0, 0, 0 };
        Native.Check(Native.bind(socket, address, 20), "bind to the card");
        return socket;
    }

    private void SetBusMaster(bool on)
    {
        using var configuration = new FileStream(_configuration, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        Span<byte> command = stackalloc byte[sizeof(ushort)];
        configuration.Seek(CommandAt, SeekOrigin.Begin);
        configuration.ReadExactly(command);
        ushort value = BinaryPrimitives.ReadUInt16LittleEndian(command);
        BinaryPrimitives.WriteUInt16LittleEndian(command, (ushort)(on ? value | BusMaster : value & ~BusMaster));
        configuration.Seek(CommandAt, SeekOrigin.Begin);
        configuration.Write(command);
    }
}
