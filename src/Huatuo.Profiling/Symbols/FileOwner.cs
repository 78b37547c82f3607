using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Profiling.Symbols;

/// <summary>Whose an open file is.</summary>
internal static unsafe partial class FileOwner
{
    // include/uapi/linux/stat.h: struct statx, whose layout is the same on all architectures.
    private const int AT_EMPTY_PATH = 0x1000, STATX_UID = 8, StatxBytes = 256, UidOffset = 20;

    /// <summary>The owner's number in the first user namespace (<c>statx</c>, 4.11).</summary>
    /// <returns>False when the kernel does not tell.</returns>
    internal static bool TryRead(SafeFileHandle file, out uint owner)
    {
        Span<byte> status = stackalloc byte[StatxBytes];
        byte empty = 0;
        fixed (byte* buffer = status)
        {
            bool told = statx((int)file.DangerousGetHandle(), &empty, AT_EMPTY_PATH, STATX_UID, buffer) == 0 && (BinaryPrimitives.ReadUInt32LittleEndian(status) & STATX_UID) != 0;
            owner = BinaryPrimitives.ReadUInt32LittleEndian(status[UidOffset..]);
            return told;
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int statx(int folder, byte* path, int flags, uint mask, byte* buffer);
}
