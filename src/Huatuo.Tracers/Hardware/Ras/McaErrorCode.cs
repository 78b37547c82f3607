namespace Huatuo.Tracers.Hardware.Ras;

/// <summary>The architectural error code in the low half word of a bank's status, the same with Intel and AMD.</summary>
internal static class McaErrorCode
{
    private const ushort Filtering = 1 << 12;
    private static readonly string[] s_levels = ["L0", "L1", "L2", "generic"];
    private static readonly string[] s_kinds = ["instruction", "data", "generic", "reserved"];
    private static readonly string[] s_requests = ["error", "read", "write", "data read", "data write", "instruction fetch", "prefetch", "eviction", "snoop"];
    private static readonly string[] s_memory = ["undefined request", "read", "write", "address or command", "scrubbing"];
    private static readonly string[] s_participants = ["local processor as source", "local processor as responder", "observed by third party", "generic"];
    private static readonly string[] s_targets = ["memory", "reserved", "I/O", "other"];

    internal static string Words(ushort code)
    {
        int plain = code & ~Filtering;
        return plain switch
        {
            0 => "no error",
            1 => "unclassified",
            2 => "microcode ROM parity",
            3 => "external",
            4 => "functional redundancy check",
            5 => "internal parity",
            6 => "SMM handler code access violation",
            0x400 => "internal timer",
            0xe0b => "I/O",
            >= 0x401 and <= 0x7ff => "internal unclassified",
            >= 0x800 and <= 0xfff => $"bus or interconnect: {Request(plain)}, {s_participants[plain >> 9 & 3]}, {s_targets[plain >> 2 & 3]}, level {s_levels[plain & 3]}{((plain & 0x100) != 0 ? ", timed out" : "")}",
            >= 0x280 and <= 0x2ff => "memory as cache: " + Memory(plain),
            >= 0x100 and <= 0x1ff => $"{s_kinds[plain >> 2 & 3]} cache, level {s_levels[plain & 3]}: {Request(plain)}",
            >= 0x80 and <= 0xff => "memory controller: " + Memory(plain),
            >= 0x10 and <= 0x1f => $"{s_kinds[plain >> 2 & 3]} TLB, level {s_levels[plain & 3]}",
            >= 0xc and <= 0xf => $"cache hierarchy, level {s_levels[plain & 3]}",
            _ => $"code 0x{code:x4}",
        };
    }

    private static string Request(int code) => (code >> 4 & 15) is var request && request < s_requests.Length ? s_requests[request] : "reserved request";

    private static string Memory(int code)
    {
        const int unspecified = 15;
        int request = code >> 4 & 7, channel = code & 15;
        string what = request < s_memory.Length ? s_memory[request] : "reserved request";
        return channel == unspecified ? what : $"{what}, channel {channel}";
    }
}
