using System.Text;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Security.SyscallAudit;

/// <summary>Names of what <c>bpf(2)</c> does (include/uapi/linux/bpf.h).</summary>
/// <param name="names">The kernel's enums, for the types of programs and maps.</param>
internal sealed class BpfNames(EnumNames names)
{
    private static readonly byte[][] s_commands =
    [
        .. ((string[])
        [
            "MAP_CREATE", "MAP_LOOKUP_ELEM", "MAP_UPDATE_ELEM", "MAP_DELETE_ELEM", "MAP_GET_NEXT_KEY", "PROG_LOAD", "OBJ_PIN", "OBJ_GET",
            "PROG_ATTACH", "PROG_DETACH", "PROG_TEST_RUN", "PROG_GET_NEXT_ID", "MAP_GET_NEXT_ID", "PROG_GET_FD_BY_ID", "MAP_GET_FD_BY_ID",
            "OBJ_GET_INFO_BY_FD", "PROG_QUERY", "RAW_TRACEPOINT_OPEN", "BTF_LOAD", "BTF_GET_FD_BY_ID", "TASK_FD_QUERY",
            "MAP_LOOKUP_AND_DELETE_ELEM", "MAP_FREEZE", "BTF_GET_NEXT_ID", "MAP_LOOKUP_BATCH", "MAP_LOOKUP_AND_DELETE_BATCH",
            "MAP_UPDATE_BATCH", "MAP_DELETE_BATCH", "LINK_CREATE", "LINK_UPDATE", "LINK_GET_FD_BY_ID", "LINK_GET_NEXT_ID", "ENABLE_STATS",
            "ITER_CREATE", "LINK_DETACH", "PROG_BIND_MAP", "TOKEN_CREATE",
        ]).Select(name => Encoding.UTF8.GetBytes("BPF_" + name)),
    ];

    /// <summary>The commands that are told of, as bits: those that make, attach, pin, run or get hold of something, not those
    /// that read and write elements or ask.</summary>
    internal const ulong Telling =
        1UL << 0 | 1UL << 5 | 1UL << 6 | 1UL << 7 | 1UL << 8 | 1UL << 9 | 1UL << 10 | 1UL << 13 | 1UL << 14 | 1UL << 17 | 1UL << 18
        | 1UL << 28 | 1UL << 29 | 1UL << 30 | 1UL << 33 | 1UL << 34 | 1UL << 35 | 1UL << 36;

    /// <summary>The name of a command; its number when it has none here.</summary>
    internal static ReadOnlySpan<byte> Command(ulong command) => command < (ulong)s_commands.Length ? s_commands[command] : Encoding.UTF8.GetBytes($"{command}");

    /// <summary>The name of a type of programs.</summary>
    internal byte[] ProgramType(uint type) => Name("bpf_prog_type", type);

    /// <summary>The name of a type of maps.</summary>
    internal byte[] MapType(uint type) => Name("bpf_map_type", type);

    private byte[] Name(string @enum, uint value) =>
        Encoding.UTF8.GetBytes(names.Of(@enum)[0].TryGetValue(value, out string? name) ? name : $"{value}");
}
