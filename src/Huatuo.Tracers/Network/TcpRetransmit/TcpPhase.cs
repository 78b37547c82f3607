namespace Huatuo.Tracers.Network.TcpRetransmit;

/// <summary>The part of a connection's life in which a segment is sent again.</summary>
internal enum TcpPhase
{
    Connect,
    Data,
    Close,
}
