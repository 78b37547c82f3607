using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Store.Files;

/// <summary>
/// Keeps a data folder for one process: a second writer would rotate the first one's files away and take what it is
/// writing for a torn line.
/// </summary>
/// <remarks>
/// The kernel holds the lock (flock on the file <c>lock</c>) and lets it go when the process ends in whatever way, so the
/// file that stays behind means nothing.
/// </remarks>
public sealed unsafe class DirectoryLock : IDisposable
{
    private const uint FileMode = 0x1a0; // 0640
    private readonly SafeFileHandle _file;

    private DirectoryLock(SafeFileHandle file) => _file = file;

    /// <summary>Makes the folder (0750) when it is missing, and locks it.</summary>
    /// <param name="directory">The folder.</param>
    /// <exception cref="IOException">Another process holds it, or it cannot be made or used. The message says which.</exception>
    public static DirectoryLock Take(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        if (DataDirectory.Make(Path.GetFullPath(directory)) is { } noDirectory)
            throw new IOException(noDirectory.ToString());
        string path = Path.Combine(directory, "lock");
        int number = Libc.Open(path, Libc.O_RDWR | Libc.O_CREAT | Libc.O_CLOEXEC | Libc.O_NOCTTY, FileMode);
        if (number < 0)
            throw new IOException(IoFailure.Last("open", path).ToString());
        var file = new SafeFileHandle(number, ownsHandle: true);
        if (Libc.Lock(file, Libc.LOCK_EX | Libc.LOCK_NB) == 0)
        {
            Sign(file);
            return new DirectoryLock(file);
        }

        IoFailure failure = IoFailure.Last("lock", path);
        string holder = Holder(file);
        file.Dispose();
        throw new IOException(failure.Errno == Libc.EAGAIN
            ? $"the folder {directory} is in use by another agent{holder}; stop it, or give each agent a folder of its own"
            : failure.ToString());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Closing alone would leave the lock to a child that was forked and has not executed its program yet.
        if (!_file.IsClosed)
            _ = Libc.Lock(_file, Libc.LOCK_UN);
        _file.Dispose();
    }

    /// <summary>Writes who holds the lock, for the message to the next one; without it (a full disk) the lock holds, too.</summary>
    private static void Sign(SafeFileHandle file)
    {
        byte[] id = Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        fixed (byte* start = id)
        {
            IoVector vector = new() { Address = start, Length = (nuint)id.Length };
            if (Libc.Truncate(file, 0) == 0)
                _ = Libc.WriteVector(file, &vector, 1);
        }
    }

    private static string Holder(SafeFileHandle file)
    {
        byte* text = stackalloc byte[16];
        nint length = Libc.ReadAt(file, text, 16, 0);
        return length > 0 && int.TryParse(new ReadOnlySpan<byte>(text, (int)length), NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            ? $" (process {id})"
            : "";
    }
}
