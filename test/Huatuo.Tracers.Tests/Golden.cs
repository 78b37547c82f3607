using System.Reflection;

namespace Huatuo.Tracers.Tests;

/// <summary>The files in the folder Golden beside a tracer.</summary>
/// <param name="tracer">The tracer's folder below Huatuo.Tracers.</param>
internal sealed class Golden(string tracer)
{
    private readonly string _folder = Path.Combine(
        Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!, "Tracers", tracer, "Golden");

    /// <summary>The names of all records, without extension.</summary>
    internal IEnumerable<string> Names => Directory.GetFiles(_folder, "*.hex").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal);

    /// <summary>A record: hexadecimal digits, blanks at will, <c>#</c> and what follows is a comment.</summary>
    internal byte[] Record(string name) => Convert.FromHexString(string.Concat(
        File.ReadLines(Path.Combine(_folder, name + ".hex")).Select(line => line.Split('#')[0].Replace(" ", "", StringComparison.Ordinal))));

    /// <summary>A text without its last line break.</summary>
    internal string Text(string name, string extension) => File.ReadAllText(Path.Combine(_folder, name + extension)).TrimEnd('\n');
}
