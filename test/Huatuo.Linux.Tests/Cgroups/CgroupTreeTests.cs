using System.Globalization;
using Huatuo.Linux.Cgroups;

namespace Huatuo.Linux.Tests.Cgroups;

public class CgroupTreeTests
{
    private static List<(ulong Id, string Path)> Read(string root)
    {
        var found = new List<(ulong, string)>();
        Assert.True(CgroupTree.TryRead(root, (id, path) => found.Add((id, path)), TestContext.Current.CancellationToken));
        return found;
    }

    [Fact]
    public void All_folders_are_found_parents_first()
    {
        using var tree = new TreeFixture().Write("a/cgroup.procs", "1\n").Write("a/b c/tasks", "").Write("é/x/y/tasks", "").Write("file", "");
        List<(ulong Id, string Path)> found = Read(tree.Root);
        Assert.Equal(["/a", "/a/b c", "/é", "/é/x", "/é/x/y"], found.Select(one => one.Path).Order(StringComparer.Ordinal));
        foreach ((_, string path) in found)
            Assert.True(path.LastIndexOf('/') == 0 || found.FindIndex(one => one.Path == path[..path.LastIndexOf('/')]) < found.FindIndex(one => one.Path == path));
    }

    [Fact]
    public void More_folders_than_one_read_gives_are_found()
    {
        using var tree = new TreeFixture();
        for (int i = 0; i < 3000; i++)
            Directory.CreateDirectory(Path.Combine(tree.Root, "kubepods-burstable-" + i.ToString(CultureInfo.InvariantCulture)));
        List<(ulong Id, string Path)> found = Read(tree.Root);
        Assert.Equal(3000, found.DistinctBy(one => one.Path).Count());
        Assert.Equal(3000, found.DistinctBy(one => one.Id).Count());
    }

    [Fact]
    public void The_ids_are_those_by_which_the_kernel_opens_cgroups()
    {
        CgroupMounts mounts = CgroupMounts.Load();
        using var resolver = new CgroupResolver(mounts);
        string name = "/huatuo-test-" + Guid.NewGuid().ToString("N");
        Directory.CreateDirectory(mounts.IdentityPath + name);
        try
        {
            ulong id = Read(mounts.IdentityPath!).Single(one => one.Path == name).Id;
            Assert.True(resolver.TryResolve(id, out string? path));
            Assert.Equal(name, path);
        }
        finally
        {
            Directory.Delete(mounts.IdentityPath + name);
        }
    }

    [Fact]
    public void What_is_not_there_or_was_stopped_is_no_reading()
    {
        using var tree = new TreeFixture().Write("a/b", "");
        Assert.False(CgroupTree.TryRead(Path.Combine(tree.Root, "none"), (_, _) => Assert.Fail("there is nothing"), TestContext.Current.CancellationToken));
        Assert.False(CgroupTree.TryRead(Path.Combine(tree.Root, "a/b"), (_, _) => Assert.Fail("a file has no folders"), TestContext.Current.CancellationToken));
        Assert.False(CgroupTree.TryRead(tree.Root, (_, _) => { }, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void A_folder_that_links_to_itself_does_not_hold_the_walk()
    {
        using var tree = new TreeFixture().Write("a/file", "");
        File.CreateSymbolicLink(Path.Combine(tree.Root, "a/again"), tree.Root);
        Assert.Equal(["/a"], Read(tree.Root).Select(one => one.Path));
    }
}
