using Huatuo.Store.Files;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Store.Sqlite;

/// <summary>A database file with the files that SQLite keeps beside it.</summary>
internal sealed unsafe class DatabaseFile
{
    private static readonly string[] Companions = ["-wal", "-shm"];

    private readonly string _path;
    private readonly FileStatus _identity;

    /// <param name="path">The file, which need not be there.</param>
    public DatabaseFile(string path)
    {
        _path = Path.GetFullPath(path);
        TryStatus(out _identity);
    }

    /// <summary>The folder.</summary>
    public string Directory => Path.GetDirectoryName(_path)!;

    /// <summary>Makes it, readable for the owner and the group, when it is not there; its companions get the same mode.</summary>
    public void Make()
    {
        const uint mode = 0x1a0; // 0640
        // One that is there is not opened: to close it would take away the locks that connections of this process have on it.
        int number = Libc.Open(_path, Libc.O_RDWR | Libc.O_CREAT | Libc.O_EXCL | Libc.O_CLOEXEC | Libc.O_NOCTTY, mode);
        // What keeps it from being made is told by SQLite, which tries the same.
        if (number >= 0)
            new SafeFileHandle(number, ownsHandle: true).Dispose();
    }

    /// <summary>Whether the path still names the file that it named at first.</summary>
    public bool IsStillThere() => TryStatus(out FileStatus now) && now.SameFile(_identity);

    /// <summary>Renames it to <c>PATH.SUFFIX</c>, in place of an older file of that name.</summary>
    public void SetAside(string suffix, out string aside)
    {
        aside = $"{_path}.{suffix}";
        // The log first: a new database must not find the log of the old one.
        foreach (string companion in Companions)
            _ = Libc.Rename(_path + companion, aside + companion);
        _ = Libc.Rename(_path, aside);
    }

    /// <summary>Removes the files beside it when it is not there itself.</summary>
    public void RemoveLog()
    {
        if (TryStatus(out _))
            return;
        foreach (string companion in Companions)
            _ = Libc.Unlink(_path + companion);
    }

    private bool TryStatus(out FileStatus status)
    {
        FileStatus found;
        bool isThere = Libc.Stat(Libc.AT_FDCWD, _path, 0, Libc.STATX_BASIC_STATS, &found) == 0;
        status = isThere ? found : default;
        return isThere;
    }
}
