namespace Huatuo.Store.Files;

/// <summary>Makes folders for data: readable for the owner and the group.</summary>
internal static class DataDirectory
{
    private const uint Mode = 0x1e8; // 0750

    /// <summary>Makes a folder and those above it that are missing.</summary>
    /// <param name="directory">The full path.</param>
    /// <returns>The call that failed, or null.</returns>
    public static IoFailure? Make(string directory)
    {
        if (Libc.MakeDirectory(directory, Mode) == 0)
            return null;
        IoFailure failure = IoFailure.Last("make the directory", directory);
        if (failure.Errno == Libc.EEXIST)
            return null;
        if (failure.Errno != Libc.ENOENT || Path.GetDirectoryName(directory) is not { Length: > 0 } parent)
            return failure;
        return Make(parent) ?? (Libc.MakeDirectory(directory, Mode) == 0 ? null : failure);
    }
}
