namespace Huatuo.Flow.Enrich.Drops;

/// <summary>Whether this host dropped what a retransmission makes up for.</summary>
public enum DropSearch
{
    /// <summary>Nobody looked, or not at all drops of the time in question.</summary>
    Unknown,

    /// <summary>It did not: all drops were noted, and none was of the segment or of its acknowledgement.</summary>
    None,

    /// <summary>It dropped the segment.</summary>
    Segment,

    /// <summary>It dropped an acknowledgement of the segment.</summary>
    Acknowledgement,
}
