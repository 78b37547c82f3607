using System.Runtime.InteropServices;
using System.Text;

namespace Huatuo.Bench;

/// <summary>One results file: tables, the machine, and how to get them again.</summary>
internal sealed class Report
{
    private readonly BenchRun _run;
    private readonly string _name;
    private readonly StringBuilder _text = new();

    /// <param name="run">The run.</param>
    /// <param name="name">The benchmark's name, and that of the file.</param>
    /// <param name="title">What was measured.</param>
    internal Report(BenchRun run, string name, string title)
    {
        _run = run;
        _name = name;
        _text.Append($"# {title}\n\n");
        _text.Append($"{Environment.ProcessorCount} cores, Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}, {RuntimeInformation.FrameworkDescription}. ");
        _text.Append($"Reproduce: `make bench` measures everything, `dotnet run -c Release --project bench/Huatuo.Bench -- {name}` this alone. ");
        _text.Append("Compare figures of one table only: they depend on the machine and on what else it did.\n");
    }

    /// <summary>A paragraph.</summary>
    internal void Text(string paragraph) => _text.Append($"\n{paragraph}\n");

    /// <summary>A table under a heading.</summary>
    internal void Table(string heading, string[] columns, IEnumerable<string[]> rows)
    {
        _text.Append($"\n## {heading}\n\n");
        Row(columns);
        Row([.. columns.Select((_, i) => i == 0 ? "---" : "---:")]);
        foreach (string[] row in rows)
            Row(row);
    }

    /// <summary>Writes the file.</summary>
    internal void Save()
    {
        string path = Path.Combine(_run.Results, _name + ".md");
        File.WriteAllText(path, _text.ToString());
        Console.Out.WriteLine(_text);
        BenchRun.Say($"written: {path}");
    }

    private void Row(string[] cells) => _text.Append($"| {string.Join(" | ", cells)} |\n");
}
