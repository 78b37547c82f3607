namespace Huatuo.Tracers.Network.TcpRetransmit;

/// <summary>The words of documents and labels.</summary>
internal static class RetransmitWords
{
    internal static ReadOnlySpan<byte> Word(this TcpPhase phase) => phase switch
    {
        TcpPhase.Connect => "connect"u8,
        TcpPhase.Close => "close"u8,
        _ => "data"u8,
    };

    internal static ReadOnlySpan<byte> Word(this RetransmitReason reason) => reason switch
    {
        RetransmitReason.Rto => "RTO"u8,
        RetransmitReason.FastRetransmit => "fast_retransmit"u8,
        RetransmitReason.ReorderProneFast => "reorder_prone_fast"u8,
        RetransmitReason.Tlp => "TLP"u8,
        RetransmitReason.Spurious => "spurious"u8,
        _ => "unknown"u8,
    };
}
