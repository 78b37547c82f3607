namespace Huatuo.Tracers.Tests;

/// <summary>A made-up /proc in a directory of its own, removed at the end.</summary>
internal sealed class Proc : IDisposable
{
    internal string Root { get; } = Directory.CreateTempSubdirectory("huatuo-tracers-").FullName;

    internal Proc Write(string path, string content)
    {
        File.WriteAllText(Make(path), content);
        return this;
    }

    internal Proc Link(string path, string target)
    {
        File.CreateSymbolicLink(Make(path), target);
        return this;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private string Make(string path)
    {
        string full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        return full;
    }
}
