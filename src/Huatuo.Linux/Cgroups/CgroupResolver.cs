using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text;
using Huatuo.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Linux.Cgroups;

/// <summary>
/// Turns a cgroup's kernfs id into its path without scanning: the id is a file handle of the cgroup file system
/// (<c>FILEID_KERNFS</c>, fs/kernfs/mount.c, since 5.5), which needs CAP_DAC_READ_SEARCH to open. Thread-safe.
/// </summary>
/// <remarks>
/// The ids of two hierarchies overlap, so only one is asked: the one that the memory controller belongs to, from which
/// the programs read the id. That is the v1 memory hierarchy where there is one, else the unified one.
/// </remarks>
public sealed class CgroupResolver : IDisposable
{
    private const ulong RootId = 1;
    private const int MaxPathBytes = 4096;

    private readonly SafeFileHandle? _mount;
    private readonly byte[] _mountPoint = [];
    private volatile string _note = "";

    /// <summary>Opens the hierarchy and tries its root.</summary>
    public CgroupResolver(CgroupMounts mounts)
    {
        string? point = mounts.IdentityPath;
        if (point is null)
        {
            _note = mounts.MemoryOnV1
                ? "Containers are not told apart: mount the v1 memory hierarchy, /sys/fs/cgroup/memory of the host."
                : "Containers are not told apart: no cgroup hierarchy is mounted; mount /sys/fs/cgroup of the host.";
            return;
        }

        var mount = Libc.open(point, Libc.O_RDONLY | Libc.O_CLOEXEC);
        if (mount.IsInvalid)
        {
            _note = $"Containers are not told apart: open {point}: {Errno.Describe(Marshal.GetLastPInvokeError())}.";
            mount.Dispose();
            return;
        }
        _mount = mount;
        _mountPoint = Encoding.UTF8.GetBytes(point.TrimEnd('/'));
        using var root = Open(mount, RootId);
        if (root.IsInvalid)
        {
            if (_note.Length == 0)
                _note = $"Containers are not told apart: no cgroup of {point} opens by handle; that needs Linux 5.5.";
        }
        else if (!TryPath(root, out _))
        {
            _note = $"Only containers below a part of the cgroup hierarchy are told apart: mount all of it at {point}.";
        }
    }

    /// <summary>Why ids do not resolve, and what to do; empty when they do.</summary>
    public string Note => _note;

    /// <summary>Finds a cgroup's path now; a cgroup that is being removed may still be found.</summary>
    /// <param name="kernfsId">The id, which is the inode number of the cgroup's directory.</param>
    /// <param name="path">The path below the hierarchy's mount point, e.g. <c>/system.slice/a.service</c>; <c>/</c> for the root.</param>
    /// <returns>False when there is no such cgroup, or when <see cref="Note"/> tells why none is found.</returns>
    public bool TryResolve(ulong kernfsId, [NotNullWhen(true)] out string? path)
    {
        path = null;
        if (_mount is null) return false;
        using var cgroup = Open(_mount, kernfsId);
        return !cgroup.IsInvalid && TryPath(cgroup, out path);
    }

    /// <inheritdoc />
    public void Dispose() => _mount?.Dispose();

    private unsafe SafeFileHandle Open(SafeFileHandle mount, ulong kernfsId)
    {
        var handle = new Libc.KernfsHandle(kernfsId);
        var cgroup = Libc.open_by_handle_at(mount, &handle, Libc.O_PATH | Libc.O_CLOEXEC);
        if (cgroup.IsInvalid && Marshal.GetLastPInvokeError() == Errno.EPERM)
            _note = "Containers are not told apart: open_by_handle_at needs CAP_DAC_READ_SEARCH.";
        return cgroup;
    }

    private bool TryPath(SafeFileHandle cgroup, [NotNullWhen(true)] out string? path)
    {
        path = null;
        Span<byte> target = stackalloc byte[MaxPathBytes];
        int length = Libc.ReadLink(Encoding.UTF8.GetBytes($"/proc/self/fd/{cgroup.DangerousGetHandle()}\0"), target);
        if (length <= 0) return false;
        target = target[..length];

        // The kernel's mark of a directory that was removed between the open and now.
        var deleted = " (deleted)"u8;
        if (target.EndsWith(deleted)) target = target[..^deleted.Length];

        // A directory outside of a mount of only a part of the hierarchy has no path here.
        if (!target.StartsWith(_mountPoint)) return false;
        target = target[_mountPoint.Length..];
        if (!target.IsEmpty && target[0] != '/') return false;
        path = target.IsEmpty ? "/" : Encoding.UTF8.GetString(target);
        return true;
    }
}
