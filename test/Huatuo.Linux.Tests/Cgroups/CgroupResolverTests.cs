using System.Diagnostics;
using System.Globalization;
using Huatuo.Linux.Cgroups;

namespace Huatuo.Linux.Tests.Cgroups;

public class CgroupResolverTests
{
    private static readonly CgroupMounts s_mounts = CgroupMounts.Load();

    private static string Hierarchy => s_mounts.MemoryV1Path ?? s_mounts.UnifiedPath!;

    private static ulong Inode(string path)
    {
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-c", "%i", path]) { RedirectStandardOutput = true })!;
        string text = stat.StandardOutput.ReadToEnd();
        stat.WaitForExit();
        Assert.Equal(0, stat.ExitCode);
        return ulong.Parse(text, CultureInfo.InvariantCulture);
    }

    [Fact]
    public void A_cgroup_is_found_by_its_id_while_it_exists()
    {
        using var resolver = new CgroupResolver(s_mounts);
        Assert.Equal("", resolver.Note);

        string name = "huatuo-test-" + Guid.NewGuid().ToString("N");
        string outer = Path.Combine(Hierarchy, name);
        string inner = Path.Combine(outer, "a b");
        ulong id;
        Directory.CreateDirectory(outer);
        try
        {
            Directory.CreateDirectory(inner);
            try
            {
                id = Inode(inner);
                Assert.True(resolver.TryResolve(id, out string? path));
                Assert.Equal($"/{name}/a b", path);
                Assert.True(resolver.TryResolve(Inode(outer), out path));
                Assert.Equal("/" + name, path);
                Assert.True(resolver.TryResolve(Inode(Hierarchy), out path));
                Assert.Equal("/", path);
            }
            finally
            {
                Directory.Delete(inner);
            }
        }
        finally
        {
            Directory.Delete(outer);
        }

        Assert.False(resolver.TryResolve(id, out string? gone));
        Assert.Null(gone);
        Assert.False(resolver.TryResolve(0, out _));
        Assert.False(resolver.TryResolve(ulong.MaxValue, out _));
        Assert.Equal("", resolver.Note);
    }

    [Theory]
    [InlineData("9:memory:/x\n0::/\n", "Containers are not told apart: mount the v1 memory hierarchy, /sys/fs/cgroup/memory of the host.")]
    [InlineData("9:cpu:/x\n", "Containers are not told apart: no cgroup hierarchy is mounted; mount /sys/fs/cgroup of the host.")]
    public void Without_the_right_hierarchy_the_note_says_what_to_mount(string selfCgroup, string note)
    {
        using var tree = new TreeFixture()
            .Write("self/mountinfo", selfCgroup.Contains("memory") ? "26 23 0:23 / /sys/fs/cgroup rw - cgroup2 none rw\n" : "")
            .Write("self/cgroup", selfCgroup);
        using var resolver = new CgroupResolver(CgroupMounts.Load(tree.Root));
        Assert.Equal(note, resolver.Note);
        Assert.False(resolver.TryResolve(1, out _));
    }

    [Fact]
    public void A_mount_that_is_not_there_or_not_of_cgroups_is_said_so()
    {
        using var tree = new TreeFixture();
        string missing = Path.Combine(tree.Root, "none");
        using (var resolver = new CgroupResolver(CgroupMounts.Parse($"26 23 0:23 / {missing} rw - cgroup2 none rw\n")))
        {
            Assert.Equal($"Containers are not told apart: open {missing}: ENOENT (no such file or directory).", resolver.Note);
            Assert.False(resolver.TryResolve(1, out _));
        }
        using (var resolver = new CgroupResolver(CgroupMounts.Parse($"26 23 0:23 / {tree.Root} rw - cgroup2 none rw\n")))
        {
            Assert.EndsWith("opens by handle; that needs Linux 5.5.", resolver.Note);
            Assert.False(resolver.TryResolve(1, out _));
        }
    }
}
