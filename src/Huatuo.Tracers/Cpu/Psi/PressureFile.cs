using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Cpu.Psi;

/// <summary>A file of pressure stall information: lines <c>some avg10=0.00 avg60=0.00 avg300=0.00 total=0</c> and <c>full …</c>.</summary>
internal static class PressureFile
{
    /// <summary>Reads one.</summary>
    /// <param name="content">The file.</param>
    /// <param name="totals">Receives both totals in microseconds, of <c>some</c> first; a line that is missing gives <see cref="SeriesTable.Absent"/>.</param>
    /// <param name="skipped">Counts lines that are none.</param>
    internal static void Read(ReadOnlySpan<byte> content, Span<ulong> totals, SkippedLines skipped)
    {
        totals.Fill(SeriesTable.Absent);
        var lines = new LineReader(content);
        while (lines.TryNext(out ReadOnlySpan<byte> line))
        {
            int kind = line.StartsWith("some "u8) ? 0 : line.StartsWith("full "u8) ? 1 : -1;
            int total = line.IndexOf(" total="u8);
            if (kind < 0 || total < 0 || !FieldReader.TryParse(line[(total + " total="u8.Length)..], out ulong microseconds))
                skipped.Add();
            else
                totals[kind] = microseconds;
        }
    }
}
