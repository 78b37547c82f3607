using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;

namespace Huatuo.AutoTracing.AutotracePsi;

/// <summary>
/// In which share of the time since the last look some task waited for a resource, by the total of
/// <c>/proc/pressure/RESOURCE</c> (kernel/sched/psi.c: psi_show), which no wait between two looks escapes. Used by one thread at
/// a time.
/// </summary>
/// <param name="resource"><c>cpu, memory</c> or <c>io</c>.</param>
/// <param name="services">Roots, time.</param>
internal sealed class PressureShares(string resource, TracerServices services)
{
    private const double Hundred = 100;
    private readonly ByteFile _file = new(Path.Combine(services.Roots.Proc, "pressure", resource));
    private ulong? _before;
    private long _at;

    /// <summary>Percent since the last look; null at the first one, when the total began anew, and without the file.</summary>
    internal double? Look()
    {
        ulong? now = _file.TryRead(out ReadOnlySpan<byte> content) ? Total(content) : null;
        long at = services.Time.GetTimestamp();
        double passed = services.Time.GetElapsedTime(_at, at).TotalMicroseconds;
        double? percent = now >= _before && passed > 0 ? Math.Min(Hundred * (now - _before).Value / passed, Hundred) : null;
        (_before, _at) = (now, at);
        return percent;
    }

    // some avg10=0.00 avg60=0.00 avg300=0.00 total=0, in microseconds.
    private ulong? Total(ReadOnlySpan<byte> content)
    {
        var lines = new LineReader(content);
        ReadOnlySpan<byte> key = " total="u8;
        if (lines.TryNext(out ReadOnlySpan<byte> line) && line.StartsWith("some "u8) && line.IndexOf(key) is >= 0 and int at && FieldReader.TryParse(line[(at + key.Length)..], out ulong total))
            return total;
        services.Skipped.Add();
        return null;
    }
}
