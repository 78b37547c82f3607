using System.Text;

namespace Huatuo.Linux.Tests;

/// <summary>A made-up /proc in a directory of its own, removed at the end.</summary>
internal sealed class TreeFixture : IDisposable
{
    internal string Root { get; } = Directory.CreateTempSubdirectory("huatuo-linux-").FullName;

    internal TreeFixture Write(string path, string content) => Write(path, Encoding.UTF8.GetBytes(content));

    internal TreeFixture Write(string path, ReadOnlySpan<byte> content)
    {
        string full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, content.ToArray());
        return this;
    }

    internal TreeFixture Link(string path, string target)
    {
        string full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.CreateSymbolicLink(full, target);
        return this;
    }

    internal TreeFixture Process(int pid, uint netns, string cgroup) =>
        Link($"{pid}/ns/net", $"net:[{netns}]").Write($"{pid}/cgroup", cgroup);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
