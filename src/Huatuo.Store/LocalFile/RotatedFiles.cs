using Huatuo.Store.Files;

namespace Huatuo.Store.LocalFile;

/// <summary>The rotated files of one tracer: <c>f.1</c>, the youngest, to <c>f.N</c>, each perhaps compressed as <c>f.1.gz</c>.</summary>
/// <param name="path">The current file.</param>
internal sealed unsafe class RotatedFiles(string path)
{
    /// <summary>What is at the end of the name of a compressed file.</summary>
    public const string Compressed = ".gz";

    private readonly Lock _gate = new();

    /// <summary>Where a file is compressed to before it has its name.</summary>
    public string Unfinished => path + ".unfinished";

    /// <summary>Moves the current file out of the way: to <c>f.1</c>, that to <c>f.2</c> and so on; the oldest goes away.</summary>
    /// <param name="count">How many rotated files are kept.</param>
    /// <returns>The call that failed, or null. After a failure every file is still there, and the chain has at most a
    /// gap, which the next rotation fills.</returns>
    public IoFailure? Rotate(int count)
    {
        lock (_gate)
        {
            int last = 1;
            while (last < count && Find(last) is not null)
                last++;
            for (int i = last; i > 0; i--)
            {
                string? from = i == 1 ? path : Find(i - 1);
                if (from is null)
                    continue;
                string to = Name(i) + (from.EndsWith(Compressed, StringComparison.Ordinal) ? Compressed : "");
                string? old = Find(i);
                if (Libc.Rename(from, to) != 0)
                    return IoFailure.Last($"rotate to {to} the file", from);
                if (old is not null && old != to)
                    _ = Libc.Unlink(old);
            }
            // Files from a time with a larger count.
            for (int i = count + 1; Find(i) is { } further && Libc.Unlink(further) == 0; i++)
            {
            }
            return null;
        }
    }

    /// <summary>All of them, the youngest first.</summary>
    public List<FileInfo> All()
    {
        lock (_gate)
        {
            List<FileInfo> files = [];
            for (int i = 1; Find(i) is { } file; i++)
                files.Add(new FileInfo(file));
            return files;
        }
    }

    /// <summary>Puts the compressed file in the place of the one that it was made of, wherever rotations have moved that.</summary>
    /// <param name="original">The file that was compressed.</param>
    /// <returns>The call that failed, or null; also when the original has gone meanwhile.</returns>
    public IoFailure? Replace(in FileStatus original)
    {
        lock (_gate)
        {
            for (int i = 1; Find(i) is { } file; i++)
            {
                if (!TryStatus(file, out FileStatus status) || !status.SameFile(original))
                    continue;
                if (Libc.Rename(Unfinished, Name(i) + Compressed) != 0)
                    return IoFailure.Last("name the compressed", file);
                return Libc.Unlink(file) == 0 ? null : IoFailure.Last("remove", file);
            }
            _ = Libc.Unlink(Unfinished);
            return null;
        }
    }

    /// <summary>Removes one of them, the oldest; a gap would hide what is older.</summary>
    public void RemoveOldest()
    {
        lock (_gate)
        {
            int last = 0;
            while (Find(last + 1) is not null)
                last++;
            if (last > 0)
                _ = Libc.Unlink(Find(last)!);
        }
    }

    private string Name(int number) => FormattableString.Invariant($"{path}.{number}");

    private string? Find(int number)
    {
        string plain = Name(number);
        return TryStatus(plain, out _) ? plain : TryStatus(plain + Compressed, out _) ? plain + Compressed : null;
    }

    private static bool TryStatus(string file, out FileStatus status)
    {
        FileStatus found;
        bool isThere = Libc.Stat(Libc.AT_FDCWD, file, Libc.AT_SYMLINK_NOFOLLOW, Libc.STATX_BASIC_STATS, &found) == 0;
        status = isThere ? found : default;
        return isThere;
    }
}
