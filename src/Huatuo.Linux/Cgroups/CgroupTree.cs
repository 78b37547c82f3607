using System.Runtime.InteropServices;
using System.Text;
using Huatuo.Linux.Interop;

namespace Huatuo.Linux.Cgroups;

/// <summary>Lists the cgroups of one hierarchy: a folder's inode number is the cgroup's kernfs id (fs/kernfs/dir.c, since 5.5).</summary>
public static unsafe class CgroupTree
{
    private const int MaxDepth = 64;

    // struct linux_dirent64: inode, offset, length of the entry, type, name with a terminating zero.
    private const int LengthAt = 16, TypeAt = 18, NameAt = 19;

    /// <summary>Walks over all cgroups below the root, parents before children.</summary>
    /// <param name="mountPoint">Where the hierarchy is mounted.</param>
    /// <param name="found">Takes each cgroup's id and its path below the mount point.</param>
    /// <param name="stop">Ends the walk early.</param>
    /// <returns>False when not even the root could be read, or the walk was ended. Cgroups that vanish meanwhile are left out.</returns>
    public static bool TryRead(string mountPoint, Action<ulong, string> found, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(mountPoint);
        ArgumentNullException.ThrowIfNull(found);
        byte[] buffer = GC.AllocateUninitializedArray<byte>(32 * 1024);
        var pending = new Stack<(string Path, int Depth)>();
        pending.Push(("", 0));
        bool any = false;
        while (pending.TryPop(out (string Path, int Depth) folder))
        {
            if (stop.IsCancellationRequested)
                return false;
            any |= TryList(mountPoint + folder.Path, buffer, (id, name) =>
            {
                string path = $"{folder.Path}/{name}";
                found(id, path);
                if (folder.Depth < MaxDepth)
                    pending.Push((path, folder.Depth + 1));
            });
        }
        return any;
    }

    private static bool TryList(string folder, byte[] buffer, Action<ulong, string> found)
    {
        using var directory = Libc.open(folder, Libc.O_RDONLY | Libc.O_CLOEXEC);
        if (directory.IsInvalid)
            return false;
        fixed (byte* start = buffer)
        {
            while (true)
            {
                long bytes = Libc.getdents64(directory, start, (nuint)buffer.Length);
                if (bytes <= 0)
                    return bytes == 0;
                for (byte* entry = start; entry < start + bytes; entry += *(ushort*)(entry + LengthAt))
                {
                    if (entry[TypeAt] != Libc.DT_DIR)
                        continue;
                    var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + NameAt);
                    if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                        found(*(ulong*)entry, Encoding.UTF8.GetString(name));
                }
            }
        }
    }
}
