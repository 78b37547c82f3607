using System.Buffers.Text;

namespace Huatuo.Linux;

/// <summary>The effective capabilities of a process.</summary>
/// <param name="Effective">One bit per capability.</param>
public readonly record struct Capabilities(ulong Effective)
{
    /// <summary>
    /// Whether this very bit is set. CAP_SYS_ADMIN stands in for CAP_BPF and CAP_PERFMON in the kernel, and is the only
    /// one of the three before 5.8; ask for it too.
    /// </summary>
    public bool Has(Capability capability) => (uint)capability < 64 && (Effective >> (int)capability & 1) != 0;

    /// <summary>Reads the line <c>CapEff:</c> of a process's file <c>status</c>.</summary>
    /// <param name="capabilities">What it has.</param>
    /// <param name="procRoot">Where the kernel tells of processes.</param>
    /// <param name="process">The process, by its number; <c>self</c> for this one.</param>
    /// <returns>False when the file or the line is missing or malformed; no capability is set then.</returns>
    public static bool TryRead(out Capabilities capabilities, string procRoot = "/proc", string process = "self")
    {
        capabilities = default;
        Span<byte> buffer = stackalloc byte[8192];
        int length = SmallFile.Read(Path.Combine(procRoot, process, "status"), buffer);
        return length > 0 && TryParse(buffer[..length], out capabilities);
    }

    internal static bool TryParse(ReadOnlySpan<byte> status, out Capabilities capabilities)
    {
        capabilities = default;
        int at = status.IndexOf("\nCapEff:"u8);
        if (at < 0) return false;
        var line = status[(at + 8)..];
        int end = line.IndexOf((byte)'\n');
        if (end < 0) return false;

        line = line[..end].Trim(" \t"u8);
        if (!Utf8Parser.TryParse(line, out ulong bits, out int used, 'x') || used != line.Length) return false;
        capabilities = new Capabilities(bits);
        return true;
    }
}
