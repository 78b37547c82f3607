namespace Huatuo.Tracers.Network.TcpRetransmit;

/// <summary>Why a segment was sent again and in which phase, from what the kernel keeps of its connection.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Reason">The reason.</param>
internal readonly record struct RetransmitClass(TcpPhase Phase, RetransmitReason Reason)
{
    private const byte CaRecovery = 3, CaLoss = 4; // include/uapi/linux/tcp.h: enum tcp_ca_state
    private const byte LossProbeTimer = 5; // include/net/inet_connection_sock.h: ICSK_TIME_LOSS_PROBE (3.10)
    private const ushort Fin = 1, Syn = 2;

    internal static RetransmitClass Of(in TcpRetransmitRecord record) => (TcpRetransmitKind)record.Kind == TcpRetransmitKind.Synack
        ? new(TcpPhase.Connect, record.Acked != 0 ? RetransmitReason.Spurious : RetransmitReason.Rto)
        : OfSegment(record);

    private static RetransmitClass OfSegment(in TcpRetransmitRecord record)
    {
        TcpPhase phase = PhaseOf(record.State, record.Flags);
        return new(phase, record.CaState switch
        {
            CaLoss => RetransmitReason.Rto,
            CaRecovery => record.ReordSeen != 0 || record.DsackDups != 0 ? RetransmitReason.ReorderProneFast : RetransmitReason.FastRetransmit,
            // The probe is sent while its timer still is the pending one; the retransmission timer is not any more.
            < CaRecovery when record.Pending == LossProbeTimer => RetransmitReason.Tlp,
            _ => phase == TcpPhase.Data ? RetransmitReason.Unknown : RetransmitReason.Rto,
        });
    }

    private static TcpPhase PhaseOf(byte state, ushort flags) => state switch
    {
        1 => TcpPhase.Data,
        2 or 3 or 12 => TcpPhase.Connect,
        4 or 5 or 6 or 8 or 9 or 11 => TcpPhase.Close,
        _ => (flags & Syn) != 0 ? TcpPhase.Connect : (flags & Fin) != 0 ? TcpPhase.Close : TcpPhase.Data,
    };
}
