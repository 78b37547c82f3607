using Huatuo.Linux.Proc;

namespace Huatuo.AutoTracing.Looking;

/// <summary>
/// What all CPUs together did since the last look, by the first line of <c>/proc/stat</c> (fs/proc/stat.c: show_stat). Used
/// by one thread at a time.
/// </summary>
/// <param name="procRoot">Normally <c>/proc</c>.</param>
internal sealed class CpuShares(string procRoot)
{
    // user, nice, system, idle, iowait, irq, softirq, steal; the guest times that follow are part of user and nice.
    private const int Kinds = 8, SystemAt = 2, IdleAt = 3, IowaitAt = 4;

    private readonly ByteFile _file = new(Path.Combine(procRoot, "stat"));
    private readonly ulong[] _before = new ulong[Kinds];
    private bool _hasBefore;

    /// <summary>Time in the kernel for tasks, in percent.</summary>
    internal double System { get; private set; }

    /// <summary>Looks.</summary>
    /// <returns>False when there is nothing to compare with: at the first look, and after counters began anew.</returns>
    /// <exception cref="IOException">There is no such file.</exception>
    internal bool TryLook()
    {
        Span<ulong> now = stackalloc ulong[Kinds];
        var fields = new FieldReader(new LineReader(_file.Read()) is var lines && lines.TryNext(out ReadOnlySpan<byte> line) ? line : default);
        bool isRead = fields.TryNext(out ReadOnlySpan<byte> key) && key.SequenceEqual("cpu"u8) && fields.Numbers(now) == Kinds;
        bool isGood = isRead && _hasBefore && TryCompare(now);
        now.CopyTo(_before);
        _hasBefore = isRead;
        return isGood;
    }

    private bool TryCompare(ReadOnlySpan<ulong> now)
    {
        Span<ulong> passed = stackalloc ulong[Kinds];
        ulong total = 0;
        for (int kind = 0; kind < Kinds; kind++)
        {
            // The kernel's idle and iowait times may step back by a few ticks; of others no counter does but one that began anew.
            if (now[kind] < _before[kind] && kind is not (IdleAt or IowaitAt))
                return false;
            passed[kind] = now[kind] < _before[kind] ? 0 : now[kind] - _before[kind];
            total += passed[kind];
        }
        if (total == 0)
            return false;
        System = 100.0 * passed[SystemAt] / total;
        return true;
    }
}
