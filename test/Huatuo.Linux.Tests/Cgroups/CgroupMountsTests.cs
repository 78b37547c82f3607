using System.Text;
using Huatuo.Linux.Cgroups;

namespace Huatuo.Linux.Tests.Cgroups;

public class CgroupMountsTests
{
    private const string Head = "23 1 254:0 / / rw,relatime - ext4 /dev/root rw\n";
    private const string V1 =
        "34 31 0:31 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct\n"
        + "35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:10 master:2 - cgroup cgroup rw,memory\n"
        + "40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,name=systemd\n";
    private const string V2 = "26 23 0:23 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot\n";

    [Theory]
    [InlineData("", CgroupLayout.None, null, null)]
    [InlineData(V1, CgroupLayout.V1, "/sys/fs/cgroup/memory", null)]
    [InlineData(V2, CgroupLayout.V2, null, "/sys/fs/cgroup")]
    [InlineData(V1 + "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n",
        CgroupLayout.Hybrid, "/sys/fs/cgroup/memory", "/sys/fs/cgroup/unified")]
    [InlineData("40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n" + V2,
        CgroupLayout.Hybrid, null, "/sys/fs/cgroup")]
    [InlineData("40 31 0:37 / /sys/fs/cgroup/x rw - cgroup cgroup rw,name=memory\n", CgroupLayout.V1, null, null)]
    [InlineData("26 23 0:23 / /mnt/a\\040b\\134\\011c rw - cgroup2 none rw\n", CgroupLayout.V2, null, "/mnt/a b\\\tc")]
    [InlineData("26 23 0:23 / /mnt/\\303\\251\\0 rw - cgroup2 none rw\n", CgroupLayout.V2, null, "/mnt/é\\0")]
    [InlineData("26 23 0:23 /pod /part rw - cgroup2 none rw\n27 23 0:23 / /whole rw - cgroup2 none rw\n28 23 0:23 / /later rw - cgroup2 none rw\n",
        CgroupLayout.V2, null, "/whole")]
    [InlineData("26 23 0:23 / /short rw - cgroup2\n26 23 0:23 / /short rw\n- - - - - -\n- cgroup2 x y\n", CgroupLayout.None, null, null)]
    public void The_hierarchies_are_found(string mountinfo, CgroupLayout layout, string? memory, string? unified)
    {
        using var tree = new TreeFixture().Write("self/mountinfo", Head + mountinfo);
        var mounts = CgroupMounts.Load(tree.Root);
        Assert.Equal((layout, memory, unified), (mounts.Layout, mounts.MemoryV1Path, mounts.UnifiedPath));
    }

    [Fact]
    public void Each_v1_controller_has_its_mount_and_the_identity_its_hierarchy()
    {
        using var tree = new TreeFixture().Write("self/mountinfo", V1 + V2).Write("self/cgroup", "9:memory:/a\n3:cpu,cpuacct:/\n0::/\n");
        var mounts = CgroupMounts.Load(tree.Root);
        Assert.Equal(
            [("cpu", "/sys/fs/cgroup/cpu,cpuacct"), ("cpuacct", "/sys/fs/cgroup/cpu,cpuacct"), ("memory", "/sys/fs/cgroup/memory"), ("name=systemd", "/sys/fs/cgroup/systemd")],
            mounts.V1Paths.Select(one => (one.Key, one.Value)).Order());
        Assert.Equal((9, "/sys/fs/cgroup/memory"), (mounts.IdentityHierarchy, mounts.IdentityPath));
    }

    [Fact]
    public void Without_a_v1_memory_controller_the_identity_is_the_unified_hierarchys()
    {
        using var tree = new TreeFixture().Write("self/mountinfo", V2).Write("self/cgroup", "0::/a\n");
        var mounts = CgroupMounts.Load(tree.Root);
        Assert.Equal((0, "/sys/fs/cgroup"), (mounts.IdentityHierarchy, mounts.IdentityPath));
    }

    [Fact]
    public void A_missing_file_means_none()
    {
        using var tree = new TreeFixture();
        Assert.Equal(CgroupLayout.None, CgroupMounts.Load(tree.Root).Layout);
    }

    [Fact]
    public void Damaged_files_give_paths_or_none()
    {
        byte[] original = Encoding.UTF8.GetBytes(Head + V1 + V2);
        for (int seed = 0; seed < 2000; seed++)
        {
            var mounts = CgroupMounts.Parse(Encoding.UTF8.GetString(Mutation.Of(original, seed)));
            Assert.Equal(mounts.UnifiedPath is not null, mounts.Layout is CgroupLayout.V2 or CgroupLayout.Hybrid);
            if (mounts.MemoryV1Path is not null) Assert.True(mounts.Layout is CgroupLayout.V1 or CgroupLayout.Hybrid);
        }
    }
}
