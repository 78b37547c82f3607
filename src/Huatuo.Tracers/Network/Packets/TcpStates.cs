namespace Huatuo.Tracers.Network.Packets;

/// <summary>Names of TCP socket states, include/net/tcp_states.h.</summary>
internal static class TcpStates
{
    internal static ReadOnlySpan<byte> Name(byte state) => state switch
    {
        1 => "ESTABLISHED"u8,
        2 => "SYN_SENT"u8,
        3 => "SYN_RECV"u8,
        4 => "FIN_WAIT1"u8,
        5 => "FIN_WAIT2"u8,
        6 => "TIME_WAIT"u8,
        7 => "CLOSE"u8,
        8 => "CLOSE_WAIT"u8,
        9 => "LAST_ACK"u8,
        10 => "LISTEN"u8,
        11 => "CLOSING"u8,
        12 => "NEW_SYN_RECV"u8,
        13 => "BOUND_INACTIVE"u8,
        _ => "UNKNOWN"u8,
    };
}
