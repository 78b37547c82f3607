using System.Runtime.InteropServices;

namespace Huatuo.Store.Files;

/// <summary>What is read of <c>struct statx</c> (include/uapi/linux/stat.h, Linux 4.11), which is 256 bytes everywhere.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct FileStatus
{
    private const ushort TypeMask = 0xf000;
    private const ushort Regular = 0x8000;

    [FieldOffset(28)]
    private readonly ushort _mode;

    [FieldOffset(32)]
    private readonly ulong _inode;

    [FieldOffset(40)]
    private readonly ulong _size;

    [FieldOffset(136)]
    private readonly uint _deviceMajor;

    [FieldOffset(140)]
    private readonly uint _deviceMinor;

    /// <summary>The size in bytes.</summary>
    public readonly long Size => (long)_size;

    /// <summary>Whether it is an ordinary file.</summary>
    public readonly bool IsRegular => (_mode & TypeMask) == Regular;

    /// <summary>Whether both describe the same file.</summary>
    public readonly bool SameFile(in FileStatus other) =>
        _inode == other._inode && _deviceMajor == other._deviceMajor && _deviceMinor == other._deviceMinor;
}
