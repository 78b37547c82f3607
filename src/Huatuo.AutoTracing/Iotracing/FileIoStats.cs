namespace Huatuo.AutoTracing.Iotracing;

/// <summary>What a process did in a file. What is not known is null.</summary>
/// <param name="Device">Of its file system, as the kernel has it.</param>
/// <param name="Inode">Its number; 0 where the kernel does not tell.</param>
/// <param name="Path">As its process sees it; empty when it is not known.</param>
/// <param name="IsDirect">Whether past the page cache.</param>
internal sealed record FileIoStats(uint Device, long Inode, string Path, bool IsDirect)
{
    /// <summary>Bytes a second that calls read.</summary>
    internal double? ReadBps { get; init; }

    /// <summary>That they wrote.</summary>
    internal double? WriteBps { get; init; }

    /// <summary>That they read or wrote.</summary>
    internal double? Bps { get; init; }

    /// <summary>What was moved between it and the disk.</summary>
    internal DiskIoStats? Disk { get; init; }

    /// <summary>All of it by calls.</summary>
    internal double Moved => ReadBps.GetValueOrDefault() + WriteBps.GetValueOrDefault() + Bps.GetValueOrDefault();

    /// <summary>Of what the kernel saw.</summary>
    internal static FileIoStats Of(in WatchedFile file, string path, double seconds) => new(file.Device, file.Inode, path, file.Value.Direct > 0)
    {
        ReadBps = file.Value.ReadBytes / seconds,
        WriteBps = file.Value.WrittenBytes / seconds,
        Disk = DiskIoStats.Of(file.Value, seconds),
    };
}

/// <summary>What was moved between a file and its disk, and how long that took.</summary>
/// <param name="ReadBps">Bytes a second.</param>
/// <param name="WriteBps">Bytes a second.</param>
/// <param name="Queued">Time from the queue to the end; null when nothing ended.</param>
/// <param name="Dispatched">Time in the driver and the disk; null when that is not known of any.</param>
internal sealed record DiskIoStats(double ReadBps, double WriteBps, IoTimes? Queued, IoTimes? Dispatched)
{
    internal static DiskIoStats Of(in IofilesValue value, double seconds) => new(
        value.DiskReadBytes / seconds,
        value.DiskWrittenBytes / seconds,
        IoTimes.Of(value.Queued, value.QueuedNs, value.MaxQueuedNs),
        IoTimes.Of(value.Dispatched, value.DispatchedNs, value.MaxDispatchedNs));
}

/// <summary>Times of requests.</summary>
/// <param name="Mean">Of all.</param>
/// <param name="Longest">Of one.</param>
internal sealed record IoTimes(TimeSpan Mean, TimeSpan Longest)
{
    internal static IoTimes? Of(ulong count, ulong ns, ulong longestNs) => count == 0 ? null : new IoTimes(TimeSpan.FromMicroseconds(ns / count / 1000.0), TimeSpan.FromMicroseconds(longestNs / 1000.0));
}
