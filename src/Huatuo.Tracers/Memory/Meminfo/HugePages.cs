using System.Globalization;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Proc;
using Huatuo.Tracers.Collecting;

namespace Huatuo.Tracers.Memory.Meminfo;

/// <summary>The pools of huge pages, one for each size that the CPU has; found at the start, for the sizes do not change.</summary>
internal sealed class HugePages
{
    private const string Prefix = "hugepages-";
    private const string Unit = "kB";
    private const ulong Kibibyte = 1024;
    private static readonly (string State, string File)[] s_states =
        [("total", "nr_hugepages"), ("free", "free_hugepages"), ("reserved", "resv_hugepages"), ("surplus", "surplus_hugepages")];

    private readonly SkippedLines _skipped;
    private readonly List<(string Size, ulong Bytes, string State, ByteFile File)> _files = [];
    private readonly SeriesTable _table;

    internal HugePages(TracerServices services, MetricFamily family)
    {
        _skipped = services.Skipped;
        string folder = Path.Combine(services.Roots.Sys, "kernel/mm/hugepages");
        string[] pools = Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];
        foreach (string pool in pools.Order(StringComparer.Ordinal))
        {
            string size = Path.GetFileName(pool)[Math.Min(Prefix.Length, Path.GetFileName(pool).Length)..];
            if (size.EndsWith(Unit, StringComparison.Ordinal) && ulong.TryParse(size.AsSpan(0, size.Length - Unit.Length), NumberStyles.None, CultureInfo.InvariantCulture, out ulong kibibytes) && kibibytes > 0)
                _files.AddRange(s_states.Select(state => (size, kibibytes * Kibibyte, state.State, new ByteFile(Path.Combine(pool, state.File)))));
        }
        _table = new SeriesTable(Math.Max(1, _files.Count), new Column(family));
    }

    internal void Write(MetricWriter writer)
    {
        _table.Clear();
        foreach ((string size, ulong bytes, string state, ByteFile file) in _files)
        {
            if (file.Number(_skipped) is not SeriesTable.Absent and ulong pages && pages <= ulong.MaxValue / bytes)
                _table.Add([pages * bytes], size, state);
        }
        _table.Write(writer, _skipped);
    }
}
