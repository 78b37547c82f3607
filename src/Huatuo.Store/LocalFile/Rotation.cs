namespace Huatuo.Store.LocalFile;

/// <summary>Renames <c>f</c> to <c>f.1</c>, <c>f.1</c> to <c>f.2</c> and so on; the oldest goes away.</summary>
internal static class Rotation
{
    /// <summary>Moves the current file out of the way.</summary>
    /// <param name="path">The current file.</param>
    /// <param name="count">How many rotated files are kept.</param>
    /// <returns>The call that failed, or null. After a failure every file is still there, and the chain has at most a
    /// gap, which the next rotation fills.</returns>
    public static IoFailure? Rotate(string path, int count)
    {
        int last = 1;
        while (last < count && Exists(Name(path, last)))
            last++;
        for (int i = last; i > 0; i--)
        {
            string to = Name(path, i);
            if (Libc.Rename(Name(path, i - 1), to) != 0)
                return IoFailure.Last($"rotate to {to} the file", Name(path, i - 1));
        }
        // Files from a time with a larger count.
        for (int i = count + 1; Libc.Unlink(Name(path, i)) == 0; i++)
        {
        }
        return null;
    }

    private static string Name(string path, int number) => number == 0 ? path : $"{path}.{number}";

    private static unsafe bool Exists(string path)
    {
        FileStatus status;
        return Libc.Stat(Libc.AT_FDCWD, path, Libc.AT_SYMLINK_NOFOLLOW, Libc.STATX_BASIC_STATS, &status) == 0;
    }
}
