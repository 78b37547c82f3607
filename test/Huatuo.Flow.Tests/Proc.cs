namespace Huatuo.Flow.Tests;

/// <summary>A made-up /proc in a directory of its own, removed at the end.</summary>
internal sealed class Proc : IDisposable
{
    internal string Root { get; } = Directory.CreateTempSubdirectory("huatuo-flow-").FullName;

    internal Proc Write(string path, string content)
    {
        File.WriteAllText(Make(path), content);
        return this;
    }

    internal Proc Process(int pid, uint netns, string cgroup)
    {
        File.CreateSymbolicLink(Make($"{pid}/ns/net"), $"net:[{netns}]");
        return Write($"{pid}/cgroup", cgroup);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private string Make(string path)
    {
        string full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        return full;
    }
}
