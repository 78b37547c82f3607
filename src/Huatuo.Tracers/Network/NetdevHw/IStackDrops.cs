namespace Huatuo.Tracers.Network.NetdevHw;

/// <summary>What the network stack itself dropped of what a device received.</summary>
internal interface IStackDrops
{
    /// <summary>Asks for one device of the calling thread's network namespace.</summary>
    /// <param name="ifindex">Its index.</param>
    /// <param name="dropped">Packets, since the device is there.</param>
    /// <returns>False when it is gone.</returns>
    /// <exception cref="IOException">The kernel refuses.</exception>
    bool TryRead(int ifindex, out ulong dropped);
}
