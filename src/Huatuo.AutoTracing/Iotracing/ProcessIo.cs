using System.Text;
using Huatuo.AutoTracing.Capturing;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;

namespace Huatuo.AutoTracing.Iotracing;

/// <summary>
/// What processes read and wrote in a time, by <c>/proc/PID/io</c> (fs/proc/base.c: do_io_accounting), and the files on a disk
/// in which they went on. Used by one thread at a time.
/// </summary>
/// <param name="services">Roots, containers.</param>
/// <param name="options">How much is told.</param>
/// <param name="files">The files of the disk.</param>
internal sealed class ProcessIo(TracerServices services, IotracingOptions options, DiskFiles files)
{
    private readonly string _proc = services.Roots.Proc;
    private readonly FileBuffer _buffer = new();
    private readonly Dictionary<int, IoCounts> _before = [];
    private readonly ProcessOwners _owners = new(services);

    /// <summary>Reads what there was before.</summary>
    internal void Begin()
    {
        foreach (int pid in ProcessFolders.Pids(_proc))
            if (TryRead(pid, out IoCounts counts))
                _before[pid] = counts;
        files.Begin(_before.Keys);
    }

    /// <summary>The processes that did most since.</summary>
    /// <param name="seconds">How long that is.</param>
    /// <param name="watched">What the kernel saw of files; null to go by the positions of those that are open.</param>
    internal IReadOnlyList<ProcessIoStats> End(double seconds, WatchedFiles? watched)
    {
        ILookup<int, WatchedFile>? byProcess = watched?.Files.ToLookup(file => file.Pid);
        Dictionary<int, IoCounts> all = [];
        foreach ((int pid, IoCounts before) in _before)
            // A number that was given to another process meanwhile counts from zero.
            if (TryRead(pid, out IoCounts now) && now.Since(before, seconds) is { IsNothing: false } rates)
                all[pid] = rates;
        // Such as threads of the kernel, and processes that have ended.
        foreach (IGrouping<int, WatchedFile> process in byProcess?.AsEnumerable() ?? [])
            all.TryAdd(process.Key, IoCounts.Of(process, seconds));
        var paths = new FilePaths(_proc, files);
        return [.. all.OrderByDescending(one => one.Value.Disk).ThenByDescending(one => one.Value.Files).ThenBy(one => one.Key)
            .Take(options.MaxProcDump)
            .Select(one =>
            {
                IReadOnlyList<FileIoStats> told = byProcess is null ? files.Of(one.Key, seconds, options.MaxFilesPerProcDump, out int count) : Of([.. byProcess[one.Key]], paths, seconds, out count);
                return new ProcessIoStats(one.Key, ProcessFolders.Name(_proc, one.Key), _owners.Hostname(one.Key), one.Value, told, count);
            })];
    }

    private IReadOnlyList<FileIoStats> Of(WatchedFile[] watched, FilePaths paths, double seconds, out int count)
    {
        count = watched.Length;
        return [.. watched.OrderByDescending(file => file.DiskBytes).ThenByDescending(file => file.CallBytes).ThenBy(file => file.Inode)
            .Take(options.MaxFilesPerProcDump).Select(file => FileIoStats.Of(file, paths.Of(file), seconds))];
    }

    private bool TryRead(int pid, out IoCounts counts)
    {
        counts = default;
        if (!_buffer.TryRead(ProcessFolders.File(_proc, pid, "io"), out ReadOnlySpan<byte> content))
            return false;
        var lines = new LineReader(content);
        while (lines.TryNext(out ReadOnlySpan<byte> line))
        {
            var fields = new FieldReader(line);
            if (fields.TryNext(out ReadOnlySpan<byte> key) && fields.TryNumber(out ulong value))
                counts = counts.With(Encoding.ASCII.GetString(key), value);
        }
        return true;
    }
}

/// <summary>Bytes, or bytes a second, of a process.</summary>
internal readonly record struct IoCounts(double FileRead, double FileWrite, double DiskRead, double DiskWrite)
{
    internal double Disk => DiskRead + DiskWrite;

    internal double Files => FileRead + FileWrite;

    internal bool IsNothing => Disk <= 0 && Files <= 0;

    internal IoCounts With(string key, double value) => key switch
    {
        "rchar:" => this with { FileRead = value },
        "wchar:" => this with { FileWrite = value },
        "read_bytes:" => this with { DiskRead = value },
        "write_bytes:" => this with { DiskWrite = DiskWrite + value },
        // Written to the cache, and gone with its file before it was on the disk.
        "cancelled_write_bytes:" => this with { DiskWrite = DiskWrite - value },
        _ => this,
    };

    internal static IoCounts Of(IEnumerable<WatchedFile> files, double seconds)
    {
        IoCounts all = default;
        foreach (WatchedFile file in files)
            all = new IoCounts(
                all.FileRead + file.Value.ReadBytes / seconds,
                all.FileWrite + file.Value.WrittenBytes / seconds,
                all.DiskRead + file.Value.DiskReadBytes / seconds,
                all.DiskWrite + file.Value.DiskWrittenBytes / seconds);
        return all;
    }

    internal IoCounts Since(IoCounts before, double seconds) => new(
        Math.Max(FileRead - before.FileRead, 0) / seconds,
        Math.Max(FileWrite - before.FileWrite, 0) / seconds,
        Math.Max(DiskRead - before.DiskRead, 0) / seconds,
        Math.Max(DiskWrite - before.DiskWrite, 0) / seconds);
}

/// <summary>What one process did.</summary>
internal sealed record ProcessIoStats(int Pid, string Name, string Hostname, IoCounts Rates, IReadOnlyList<FileIoStats> Files, int FileCount);
