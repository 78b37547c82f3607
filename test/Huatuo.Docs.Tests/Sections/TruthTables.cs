using System.Globalization;
using Huatuo.Docs.Tests.Pages;
using Huatuo.Flow.Tracing;
using Huatuo.Tracers.Hardware.Ras;

namespace Huatuo.Docs.Tests.Sections;

/// <summary>What the tests provoked of each tracer on each kernel, from the file that <c>make test-vm</c> leaves.</summary>
internal static class TruthTables
{
    private const string Results = "docs/reference/truth.txt";
    private const string Ras = "ras";

    /// <summary>A part of the page.</summary>
    /// <exception cref="ArgumentException">There is no such part.</exception>
    public static string Of(string part) => part switch
    {
        "seen" => Matrix(row => row.Provoked == 0 ? "" : $"{row.Seen} of {row.Provoked}"),
        "silent" => Matrix(row => row.Silences == 0 ? "" : $"{row.False} in {row.Silences}"),
        "never" => Never(),
        _ => throw new ArgumentException($"the page has no part '{part}'", nameof(part)),
    };

    /// <summary>The event tracers, and of that for hardware errors each source.</summary>
    private static IEnumerable<string> Names =>
        Catalog.All.OfType<EventTracerDefinition>().SelectMany(tracer => tracer.Name == Ras ? Sources.Prepend(Ras) : [tracer.Name]);

    private static IEnumerable<string> Sources =>
        Enum.GetValues<RasSource>().Select(source => $"{Ras} {new HardwareError(source, "", ErrorType.Corrected, []).Event}");

    private static string Matrix(Func<Line, string> cell)
    {
        IReadOnlyList<Line> lines = Read();
        string[] kernels = [.. lines.Select(line => line.Kernel).Distinct().OrderBy(kernel => Version.Parse(kernel.Split(' ')[0])).ThenBy(kernel => kernel.Length)];
        var table = new Table(["", .. kernels]);
        foreach (string name in Names)
        {
            string[] cells = [.. kernels.Select(kernel => lines.FirstOrDefault(line => line.Tracer == name && line.Kernel == kernel) is { } line ? cell(line) : "")];
            if (cells.Any(text => text.Length > 0))
                table.Row([name, .. cells]);
        }
        return table.ToString();
    }

    private static string Never()
    {
        HashSet<string> seen = [.. Read().Where(line => line.Seen > 0).Select(line => line.Tracer)];
        return string.Concat(Names.Where(name => name != Ras && !seen.Contains(name)).Select(name => $"- {name}\n"));
    }

    private static IReadOnlyList<Line> Read() =>
        [.. Repository.Read(Results).Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(Line.Parse)];

    private sealed record Line(string Tracer, string Kernel, int Provoked, int Seen, int Silences, int False)
    {
        public static Line Parse(string text)
        {
            string[] cells = text.Split('\t');
            return new Line(cells[0], cells[2] == "machine" ? $"{cells[1]} (machine)" : cells[1], Number(cells[3]), Number(cells[4]), Number(cells[5]), Number(cells[6]));
        }

        private static int Number(string cell) => int.Parse(cell, CultureInfo.InvariantCulture);
    }
}
