using Huatuo.Linux.Proc;

namespace Huatuo.AutoTracing.Memburst;

/// <summary>Reads <c>/proc/meminfo</c> (fs/proc/meminfo.c: meminfo_proc_show). Used by one thread at a time.</summary>
/// <param name="procRoot">Normally <c>/proc</c>.</param>
internal sealed class AnonymousMemory(string procRoot)
{
    private const long Kibibyte = 1024;
    private readonly ByteFile _file = new(Path.Combine(procRoot, "meminfo"));

    /// <summary>Anonymous memory, active or not, and all memory, in bytes.</summary>
    /// <exception cref="IOException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It lacks one of the lines.</exception>
    internal (long Anonymous, long Total) Read()
    {
        long active = -1, inactive = -1, total = -1;
        var lines = new LineReader(_file.Read());
        while (lines.TryNext(out ReadOnlySpan<byte> line))
        {
            var fields = new FieldReader(line);
            if (!fields.TryNext(out ReadOnlySpan<byte> key) || !fields.TryNumber(out ulong value) || value > long.MaxValue / Kibibyte)
                continue;
            if (key.SequenceEqual("MemTotal:"u8))
                total = (long)value * Kibibyte;
            else if (key.SequenceEqual("Active(anon):"u8))
                active = (long)value * Kibibyte;
            else if (key.SequenceEqual("Inactive(anon):"u8))
                inactive = (long)value * Kibibyte;
        }
        return active < 0 || inactive < 0 || total < 0 ? throw new InvalidDataException("/proc/meminfo does not tell of anonymous memory") : (active + inactive, total);
    }
}
