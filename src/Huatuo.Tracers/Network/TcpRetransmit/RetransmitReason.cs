namespace Huatuo.Tracers.Network.TcpRetransmit;

/// <summary>What made TCP send a segment again.</summary>
internal enum RetransmitReason
{
    /// <summary>None of the others; seen when neither a timer nor recovery explains it.</summary>
    Unknown,

    /// <summary>No acknowledgement came until the timer ran out.</summary>
    Rto,

    /// <summary>Acknowledgements of later segments told of the loss.</summary>
    FastRetransmit,

    /// <summary>As before, on a connection on which segments were reordered or came twice: perhaps nothing was lost.</summary>
    ReorderProneFast,

    /// <summary>The last segment was sent again early, to provoke an acknowledgement (tail loss probe).</summary>
    Tlp,

    /// <summary>It had arrived: the peer's acknowledgement came, and this host could not use it yet.</summary>
    Spurious,
}
