using System.Text;

namespace Huatuo.Gen.Tracers;

/// <summary><c>new-tracer</c>: a folder made from eng/templates/tracer.</summary>
/// <param name="root">The repository.</param>
internal sealed class NewTracerCommand(string root)
{
    private const string Templates = "eng/templates/tracer";

    /// <param name="name">The name on the wire, in snake_case.</param>
    /// <param name="group">The group's folder, in PascalCase.</param>
    /// <returns>The files written, relative to the repository.</returns>
    /// <exception cref="GenerationException">Names that cannot be used, or the tracer is there already.</exception>
    public IReadOnlyList<string> Run(string name, string group)
    {
        string pascal = Names.IsIdentifier(name) ? Names.Pascal(name) : "";
        if (pascal.Length == 0 || Names.Snake(pascal) != name)
            throw new GenerationException([$"name={name}: use words of a-z and 0-9 joined by _, each starting with a letter"]);
        if (!Names.IsIdentifier(group) || !char.IsAsciiLetterUpper(group[0]))
            throw new GenerationException([$"group={group}: use a folder name such as Cpu, Memory, Disk, Network or Hardware"]);
        TracerFolder? taken = TracerFolder.Find(root).FirstOrDefault(tracer => tracer.WireName == name);
        var tracer = new TracerFolder(group, pascal);
        string folder = Path.Combine(root, tracer.Path);
        if (taken is not null || Directory.Exists(folder))
            throw new GenerationException([$"name={name}: {(taken ?? tracer).Path} is there already"]);

        string templates = Path.Combine(root, Templates);
        if (!Directory.Exists(templates))
            throw new GenerationException([$"{Templates} is missing"]);
        var written = new List<string>();
        Directory.CreateDirectory(folder);
        foreach (string template in Directory.EnumerateFiles(templates).Order(StringComparer.Ordinal))
        {
            string file = Fill(Path.GetFileName(template));
            File.WriteAllBytes(Path.Combine(folder, file), Encoding.UTF8.GetBytes(Fill(File.ReadAllText(template))));
            written.Add($"{tracer.Path}/{file}");
        }

        return written;

        string Fill(string text) => text
            .Replace("{{name}}", name, StringComparison.Ordinal)
            .Replace("{{Name}}", pascal, StringComparison.Ordinal)
            .Replace("{{group}}", group, StringComparison.Ordinal);
    }
}
