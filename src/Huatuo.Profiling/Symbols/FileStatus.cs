using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Profiling.Symbols;

/// <summary>What an open file is, and whose.</summary>
/// <param name="IsRegular">Whether it is made of bytes that stay: no device, pipe, socket or folder.</param>
/// <param name="Owner">The owner's number in the first user namespace.</param>
/// <param name="ChangedNs">When it was changed last, content or status, in nanoseconds since 1970.</param>
/// <param name="Device">The device that it is on, as 32 bits of its major and of its minor number.</param>
/// <param name="Inode">Its number there.</param>
/// <param name="Bytes">Its length.</param>
internal readonly unsafe partial record struct FileStatus(bool IsRegular, uint Owner, long ChangedNs, ulong Device, ulong Inode, long Bytes)
{
    // include/uapi/linux/stat.h: struct statx, whose layout is the same on all architectures.
    private const int AT_EMPTY_PATH = 0x1000, StatxBytes = 256, UidOffset = 20, ModeOffset = 28, InodeOffset = 32, LengthOffset = 40, ChangedOffset = 96, DeviceOffset = 136;
    private const uint STATX_TYPE = 1, STATX_UID = 8, STATX_CTIME = 0x80, STATX_INO = 0x100, STATX_SIZE = 0x200, Wanted = STATX_TYPE | STATX_UID | STATX_CTIME | STATX_INO | STATX_SIZE;
    private const int AT_FDCWD = -100;
    private const int S_IFMT = 0xf000, S_IFREG = 0x8000;

    /// <summary>Asks the kernel (<c>statx</c>, 4.11), which opens nothing for it.</summary>
    /// <param name="file">The file; a place (<c>O_PATH</c>) will do.</param>
    /// <returns>Null when the kernel does not tell.</returns>
    internal static FileStatus? Of(SafeFileHandle file) => Of((int)file.DangerousGetHandle(), "\0"u8, AT_EMPTY_PATH);

    /// <summary>The same of what a path leads to, over links.</summary>
    /// <param name="path">One that nobody else chose, such as a link of proc.</param>
    internal static FileStatus? Of(string path) => Of(AT_FDCWD, Encoding.UTF8.GetBytes(path + '\0'), 0);

    private static FileStatus? Of(int folder, ReadOnlySpan<byte> path, int flags)
    {
        Span<byte> status = stackalloc byte[StatxBytes];
        fixed (byte* buffer = status, name = path)
        {
            if (statx(folder, name, flags, Wanted, buffer) != 0 || (BinaryPrimitives.ReadUInt32LittleEndian(status) & Wanted) != Wanted)
                return null;
        }
        return new FileStatus(
            (BinaryPrimitives.ReadUInt16LittleEndian(status[ModeOffset..]) & S_IFMT) == S_IFREG,
            BinaryPrimitives.ReadUInt32LittleEndian(status[UidOffset..]),
            unchecked(BinaryPrimitives.ReadInt64LittleEndian(status[ChangedOffset..]) * 1_000_000_000 + BinaryPrimitives.ReadUInt32LittleEndian(status[(ChangedOffset + sizeof(long))..])),
            (ulong)BinaryPrimitives.ReadUInt32LittleEndian(status[DeviceOffset..]) << 32 | BinaryPrimitives.ReadUInt32LittleEndian(status[(DeviceOffset + sizeof(uint))..]),
            BinaryPrimitives.ReadUInt64LittleEndian(status[InodeOffset..]),
            BinaryPrimitives.ReadInt64LittleEndian(status[LengthOffset..]));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int statx(int folder, byte* path, int flags, uint mask, byte* buffer);
}
