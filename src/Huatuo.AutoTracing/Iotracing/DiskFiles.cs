using System.Globalization;
using Huatuo.AutoTracing.Capturing;
using Huatuo.Linux.Proc;

namespace Huatuo.AutoTracing.Iotracing;

/// <summary>
/// The open files of processes that lie on a disk, and how far their positions went, by
/// <c>/proc/PID/fdinfo</c> (fs/proc/fd.c: seq_show). Used by one thread at a time.
/// </summary>
/// <param name="procRoot">Normally <c>/proc</c>.</param>
/// <param name="stack">The disk.</param>
internal sealed class DiskFiles(string procRoot, BlockStack stack)
{
    private const int MostDescriptors = 65536, AccessMode = 3, WriteOnly = 1, Direct = 0x4000;
    private readonly HashSet<string> _devices = [.. stack.Devices.Select(KernelDevice.Text)];
    private readonly Dictionary<(int Pid, string Descriptor), OpenFile> _before = [];
    private readonly Dictionary<(int Pid, string Mount), string?> _mounts = [];

    /// <summary>Notes what is open.</summary>
    internal void Begin(IEnumerable<int> pids)
    {
        foreach (int pid in pids)
            foreach ((string descriptor, OpenFile file) in Open(pid))
                if (_before.Count < MostDescriptors)
                    _before[(pid, descriptor)] = file;
    }

    /// <summary>The files in which a process went on farthest since.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="seconds">How long that is.</param>
    /// <param name="most">How many are given.</param>
    /// <param name="count">How many there are.</param>
    internal IReadOnlyList<FileIoStats> Of(int pid, double seconds, int most, out int count)
    {
        List<FileIoStats> moved = [];
        foreach ((string descriptor, OpenFile now) in Open(pid))
            if (_before.TryGetValue((pid, descriptor), out OpenFile before) && before.Path == now.Path && now.Position > before.Position)
                moved.Add(Stats(now, (now.Position - before.Position) / seconds));
        count = moved.Count;
        return [.. moved.OrderByDescending(file => file.Moved).ThenBy(file => file.Path, StringComparer.Ordinal).Take(most)];
    }

    /// <summary>The path of a file that a process has open; null when it has none such, or the kernel does not tell numbers of files (before 5.14).</summary>
    internal string? PathOf(int pid, string device, long inode)
    {
        foreach ((_, OpenFile file) in Open(pid))
            if (file.Inode == inode && file.Device == device)
                return file.Path;
        return null;
    }

    // Of a file that is open for both, the position does not tell which it was.
    private static FileIoStats Stats(in OpenFile file, double bps) => new(KernelDevice.Parse(file.Device), file.Inode, file.Path, file.IsDirect)
    {
        ReadBps = file.IsReadOnly ? bps : null,
        WriteBps = file.IsWriteOnly ? bps : null,
        Bps = file.IsReadOnly || file.IsWriteOnly ? null : bps,
    };

    private IEnumerable<(string Descriptor, OpenFile File)> Open(int pid)
    {
        string[] descriptors;
        try
        {
            descriptors = Directory.GetFiles(ProcessFolders.File(procRoot, pid, "fdinfo"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            yield break;
        }
        foreach (string descriptor in descriptors)
            if (TryRead(pid, descriptor) is { } file)
                yield return (Path.GetFileName(descriptor), file);
    }

    private OpenFile? TryRead(int pid, string descriptor)
    {
        if (KernelFile.TryRead(descriptor) is not { } content)
            return null;
        long position = -1, inode = 0;
        int flags = 0;
        string mount = "";
        foreach (string line in content.Split('\n'))
        {
            string value = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
            if (line.StartsWith("pos:", StringComparison.Ordinal))
                position = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long at) ? at : -1;
            else if (line.StartsWith("flags:", StringComparison.Ordinal))
                flags = Octal(value);
            else if (line.StartsWith("mnt_id:", StringComparison.Ordinal))
                mount = value;
            else if (line.StartsWith("ino:", StringComparison.Ordinal))
                inode = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : 0;
        }
        // A file that nothing was read from or written to has no position, and neither has a pipe or socket.
        if (position < 0 || Device(pid, mount) is not { } device || !_devices.Contains(device))
            return null;
        try
        {
            string? path = new FileInfo(Path.Combine(procRoot, pid.ToString(CultureInfo.InvariantCulture), "fd", Path.GetFileName(descriptor))).LinkTarget;
            return path is null ? null : new OpenFile(path, device, inode, position, (flags & Direct) != 0, (flags & AccessMode) == WriteOnly, (flags & AccessMode) == 0);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static int Octal(string text)
    {
        int value = 0;
        foreach (char digit in text)
            value = digit is >= '0' and <= '7' ? value * 8 + (digit - '0') : value;
        return value;
    }

    // By the process's own mounts: another mount namespace has others.
    private string? Device(int pid, string mount)
    {
        if (_mounts.TryGetValue((pid, mount), out string? known))
            return known;
        string? device = null;
        foreach (string line in (KernelFile.TryRead(ProcessFolders.File(procRoot, pid, "mountinfo")) ?? "").Split('\n'))
            // ID, parent's, device (fs/proc_namespace.c: show_mountinfo).
            if (line.Split(' ') is [var id, _, var number, ..] && id == mount)
                device = number;
        return _mounts[(pid, mount)] = device;
    }
}

/// <summary>An open file.</summary>
/// <param name="Path">As its process sees it.</param>
/// <param name="Device">Of its file system, <c>MAJOR:MINOR</c>.</param>
/// <param name="Inode">Its number; 0 where the kernel does not tell (before 5.14).</param>
/// <param name="Position">Up to where it was read or written.</param>
/// <param name="IsDirect">Whether past the page cache.</param>
/// <param name="IsWriteOnly">Whether it can be written only.</param>
/// <param name="IsReadOnly">Whether it can be read only.</param>
internal readonly record struct OpenFile(string Path, string Device, long Inode, long Position, bool IsDirect, bool IsWriteOnly, bool IsReadOnly);
