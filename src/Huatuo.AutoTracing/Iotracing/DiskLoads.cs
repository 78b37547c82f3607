using System.Text;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;

namespace Huatuo.AutoTracing.Iotracing;

/// <summary>
/// What each disk did since the last look, by <c>/proc/diskstats</c> (Documentation/admin-guide/iostats.rst). Partitions and
/// software RAID are left out: their requests are those of disks. Used by one thread at a time.
/// </summary>
/// <param name="services">Roots, time.</param>
internal sealed class DiskLoads(TracerServices services)
{
    private const int Numbers = 11, SectorBytes = 512, MostDisks = 1024;
    private const double Thousand = 1000, Hundred = 100;

    // What follows a disk's name.
    private const int Reads = 0, ReadSectors = 2, ReadMs = 3, Writes = 4, WrittenSectors = 6, WriteMs = 7, BusyMs = 9, WeightedMs = 10;

    private readonly ByteFile _file = new(Path.Combine(services.Roots.Proc, "diskstats"));
    private readonly Dictionary<string, ulong[]> _before = [];
    private readonly Dictionary<string, bool> _isDisk = [];
    private long _at;

    /// <summary>Looks at all disks.</summary>
    /// <param name="seen">Told of each that was seen before.</param>
    /// <exception cref="IOException">There is no such file.</exception>
    internal void Look(Action<DiskLoad> seen)
    {
        long now = services.Time.GetTimestamp();
        double seconds = services.Time.GetElapsedTime(_at, now).TotalSeconds;
        _at = now;
        ulong[] numbers = new ulong[Numbers];
        var lines = new LineReader(_file.Read());
        while (lines.TryNext(out ReadOnlySpan<byte> line))
        {
            var fields = new FieldReader(line);
            if (!fields.TryNumber(out ulong major) || !fields.TryNumber(out ulong minor) || !fields.TryNext(out ReadOnlySpan<byte> name) || fields.Numbers(numbers) < Numbers)
            {
                services.Skipped.Add();
                continue;
            }
            string disk = Encoding.UTF8.GetString(name);
            if (!IsDisk(disk))
                continue;
            if (!_before.TryGetValue(disk, out ulong[]? before))
                _before[disk] = before = new ulong[Numbers];
            else if (seconds > 0 && !HasStepped(before, numbers))
                seen(Load(disk, (uint)major, (uint)minor, before, numbers, seconds));
            numbers.CopyTo(before, 0);
        }
    }

    // What counts never steps back, but for another disk of the same name; requests under way, at 8, are no count.
    private static bool HasStepped(ulong[] before, ulong[] now)
    {
        const int underWay = 8;
        for (int i = 0; i < Numbers; i++)
            if (i != underWay && now[i] < before[i])
                return true;
        return false;
    }

    private static DiskLoad Load(string disk, uint major, uint minor, ulong[] before, ulong[] now, double seconds)
    {
        double Grown(int at) => now[at] - before[at];
        return new DiskLoad(disk, major, minor)
        {
            ReadBps = Grown(ReadSectors) * SectorBytes / seconds,
            ReadIops = Grown(Reads) / seconds,
            ReadAwait = Grown(ReadMs) / Math.Max(Grown(Reads), 1),
            WriteBps = Grown(WrittenSectors) * SectorBytes / seconds,
            WriteIops = Grown(Writes) / seconds,
            WriteAwait = Grown(WriteMs) / Math.Max(Grown(Writes), 1),
            Util = Math.Min(Grown(BusyMs) / (seconds * Thousand) * Hundred, Hundred),
            QueueSize = Grown(WeightedMs) / (seconds * Thousand),
        };
    }

    // A partition has a folder below that of its disk only.
    private bool IsDisk(string name)
    {
        if (name.StartsWith("md", StringComparison.Ordinal))
            return false;
        if (_isDisk.TryGetValue(name, out bool isDisk))
            return isDisk;
        if (_isDisk.Count >= MostDisks)
            _isDisk.Clear();
        return _isDisk[name] = Directory.Exists(Path.Combine(services.Roots.Sys, "block", name.Replace('/', '!')));
    }
}

/// <summary>What a disk did.</summary>
/// <param name="Device">Its name.</param>
/// <param name="Major">Its number, first part.</param>
/// <param name="Minor">Its number, second part.</param>
internal sealed record DiskLoad(string Device, uint Major, uint Minor)
{
    /// <summary>Bytes a second.</summary>
    internal double ReadBps { get; init; }

    /// <summary>Requests a second.</summary>
    internal double ReadIops { get; init; }

    /// <summary>Milliseconds that the mean request took.</summary>
    internal double ReadAwait { get; init; }

    /// <inheritdoc cref="ReadBps"/>
    internal double WriteBps { get; init; }

    /// <inheritdoc cref="ReadIops"/>
    internal double WriteIops { get; init; }

    /// <inheritdoc cref="ReadAwait"/>
    internal double WriteAwait { get; init; }

    /// <summary>Percent of the time in which requests were under way.</summary>
    internal double Util { get; init; }

    /// <summary>The mean number of requests under way.</summary>
    internal double QueueSize { get; init; }

    /// <summary>What is too much; null when nothing is.</summary>
    internal DiskReason? TooMuch(IotracingOptions options)
    {
        const double million = 1e6;
        bool isBusy = Util > options.UtilThreshold;
        // An NVMe disk serves many requests at once: that some are under way does not tell that it can take no more.
        bool isNvme = Device.StartsWith("nvme", StringComparison.Ordinal);
        return this switch
        {
            _ when isBusy && !isNvme => new DiskReason("io_util", Util, options.UtilThreshold),
            _ when isBusy && ReadBps > options.RbpsThreshold * million => new DiskReason("read_bps", ReadBps, options.RbpsThreshold * million),
            _ when isBusy && WriteBps > options.WbpsThreshold * million => new DiskReason("write_bps", WriteBps, options.WbpsThreshold * million),
            _ when ReadAwait > options.AwaitThreshold => new DiskReason("read_await", ReadAwait, options.AwaitThreshold),
            _ when WriteAwait > options.AwaitThreshold => new DiskReason("write_await", WriteAwait, options.AwaitThreshold),
            _ => null,
        };
    }
}

/// <summary>What is too much of a disk, by the name of its field.</summary>
internal sealed record DiskReason(string Type, double Value, double Threshold);
