using System.Runtime.InteropServices;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>What the kernel holds of BPF, asked with bpf(2) itself.</summary>
internal static unsafe class BpfIds
{
    private const int ProgTestRun = 10, ProgFdById = 13, MapFdById = 14, ObjInfoByFd = 15, LinkFdById = 30, LinkNextId = 31;
    private const int NoEntry = 2;

    private static nint Number => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 321 : 280;

    /// <summary>The id of a program or map, the second word of a map's information and of a program's.</summary>
    internal static uint OfFd(int fd) => Info(fd)[1];

    internal static bool ProgramExists(uint id) => Exists(ProgFdById, id);

    internal static bool MapExists(uint id) => Exists(MapFdById, id);

    /// <summary>The links of a program.</summary>
    internal static IReadOnlyList<uint> LinksOf(uint program)
    {
        List<uint> links = [];
        for (uint id = 0; Next(ref id);)
        {
            int fd = Open(LinkFdById, id);
            if (fd < 0)
                continue;
            // struct bpf_link_info: type, id, prog_id.
            if (Info(fd)[2] == program)
                links.Add(id);
            _ = Native.close(fd);
        }
        return links;
    }

    /// <summary>Runs a program once without an event (<c>BPF_PROG_TEST_RUN</c>; of raw tracepoints since 5.10).</summary>
    /// <returns>What it returned.</returns>
    internal static uint Run(int program)
    {
        const int words = 10;
        ulong* attributes = stackalloc ulong[words] { (uint)program, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
        Native.Check((int)Native.syscall(Number, ProgTestRun, (nint)attributes, words * sizeof(ulong)), "run a program");
        return (uint)(attributes[0] >> 32);
    }

    private static bool Exists(int command, uint id)
    {
        int fd = Open(command, id);
        if (fd >= 0)
            _ = Native.close(fd);
        else if (Marshal.GetLastPInvokeError() is not NoEntry and int errno)
            throw new InvalidOperationException($"bpf({command}): {Linux.Interop.Errno.Describe(errno)}");
        return fd >= 0;
    }

    private static int Open(int command, uint id)
    {
        ulong* attributes = stackalloc ulong[16] { id, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
        return (int)Native.syscall(Number, command, (nint)attributes, 16);
    }

    private static bool Next(ref uint id)
    {
        uint* attributes = stackalloc uint[4] { id, 0, 0, 0 };
        if (Native.syscall(Number, LinkNextId, (nint)attributes, 12) != 0)
            return false;
        id = attributes[1];
        return true;
    }

    private static uint[] Info(int fd)
    {
        const int words = 64;
        uint* info = stackalloc uint[words];
        new Span<uint>(info, words).Clear();
        // struct { bpf_fd, info_len, info }
        ulong* attributes = stackalloc ulong[2] { (uint)fd | (ulong)(words * sizeof(uint)) << 32, (ulong)info };
        Native.Check((int)Native.syscall(Number, ObjInfoByFd, (nint)attributes, 16), "bpf information");
        return new Span<uint>(info, words).ToArray();
    }
}
