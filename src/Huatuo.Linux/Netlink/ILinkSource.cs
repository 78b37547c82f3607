namespace Huatuo.Linux.Netlink;

/// <summary>Tells of every change of a network device of one network namespace.</summary>
public interface ILinkSource : IDisposable
{
    /// <summary>Room for the longest datagram; the kernel cuts what does not fit.</summary>
    const int DatagramBytes = 64 * 1024;

    /// <summary>Asks for all devices; an RTM_NEWLINK for each follows, then <see cref="NetlinkMessage.Done"/>.</summary>
    /// <param name="sequence">What the answers carry; not 0.</param>
    /// <exception cref="IOException">The kernel refuses.</exception>
    void RequestAll(uint sequence);

    /// <summary>Waits for the next datagram.</summary>
    /// <param name="buffer">At least <see cref="DatagramBytes"/>.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <returns>Its length; negative when the queue ran over and some are lost.</returns>
    /// <exception cref="IOException">The source failed.</exception>
    ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken stop);

    /// <summary>Asks a device for its driver.</summary>
    /// <param name="name">The device's name in UTF-8.</param>
    /// <returns>Null when it is gone or its driver does not tell.</returns>
    DriverInfo? Driver(ReadOnlySpan<byte> name);
}
