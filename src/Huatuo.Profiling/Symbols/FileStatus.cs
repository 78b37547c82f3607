using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Profiling.Symbols;

/// <summary>What an open file is, and whose.</summary>
/// <param name="IsRegular">Whether it is made of bytes that stay: no device, pipe, socket or folder.</param>
/// <param name="Owner">The owner's number in the first user namespace.</param>
/// <param name="ChangedNs">When it was changed last, content or status, in nanoseconds since 1970.</param>
internal readonly unsafe partial record struct FileStatus(bool IsRegular, uint Owner, long ChangedNs)
{
    // include/uapi/linux/stat.h: struct statx, whose layout is the same on all architectures.
    private const int AT_EMPTY_PATH = 0x1000, StatxBytes = 256, UidOffset = 20, ModeOffset = 28, ChangedOffset = 96;
    private const uint STATX_TYPE = 1, STATX_UID = 8, STATX_CTIME = 0x80, Wanted = STATX_TYPE | STATX_UID | STATX_CTIME;
    private const int S_IFMT = 0xf000, S_IFREG = 0x8000;

    /// <summary>Asks the kernel (<c>statx</c>, 4.11), which opens nothing for it.</summary>
    /// <param name="file">The file; a place (<c>O_PATH</c>) will do.</param>
    /// <returns>Null when the kernel does not tell.</returns>
    internal static FileStatus? Of(SafeFileHandle file)
    {
        Span<byte> status = stackalloc byte[StatxBytes];
        byte empty = 0;
        fixed (byte* buffer = status)
        {
            if (statx((int)file.DangerousGetHandle(), &empty, AT_EMPTY_PATH, Wanted, buffer) != 0 || (BinaryPrimitives.ReadUInt32LittleEndian(status) & Wanted) != Wanted)
                return null;
        }
        return new FileStatus(
            (BinaryPrimitives.ReadUInt16LittleEndian(status[ModeOffset..]) & S_IFMT) == S_IFREG,
            BinaryPrimitives.ReadUInt32LittleEndian(status[UidOffset..]),
            unchecked(BinaryPrimitives.ReadInt64LittleEndian(status[ChangedOffset..]) * 1_000_000_000 + BinaryPrimitives.ReadUInt32LittleEndian(status[(ChangedOffset + sizeof(long))..])));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int statx(int folder, byte* path, int flags, uint mask, byte* buffer);
}
