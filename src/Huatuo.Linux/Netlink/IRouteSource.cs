namespace Huatuo.Linux.Netlink;

/// <summary>Asks rtnetlink and waits for the answer. One caller at a time.</summary>
public interface IRouteSource : IDisposable
{
    /// <summary>Asks for all objects of a kind, or for one.</summary>
    /// <param name="type">The request, such as <c>RTM_GETQDISC</c>.</param>
    /// <param name="isDump">Whether all are asked for.</param>
    /// <param name="body">What follows the header.</param>
    /// <param name="each">Is given each message of the answer.</param>
    /// <returns>0, or the errno with which the kernel refused.</returns>
    /// <exception cref="IOException">The socket failed, or there was no answer in time.</exception>
    int Ask(ushort type, bool isDump, ReadOnlySpan<byte> body, NetlinkHandler each);
}

/// <summary>Takes one message.</summary>
/// <param name="message">The message, valid during the call.</param>
public delegate void NetlinkHandler(NetlinkMessage message);
