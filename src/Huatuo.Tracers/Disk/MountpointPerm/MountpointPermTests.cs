using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Disk.MountpointPerm;

public sealed class MountpointPermTests
{
    private const string Mounts = """
        22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
        23 22 254:1 / /boot ro,relatime - ext4 /dev/vdb rw
        24 22 254:2 / /home rw,relatime shared:2 master:1 - xfs /dev/vdc ro,attr2
        25 22 254:3 / /srv/my\040data rw - xfs /dev/vdd rw
        26 22 254:4 / /srv ro - xfs /dev/vde ro
        27 26 254:5 / /srv rw - xfs /dev/vdf rw
        28 22 254:3 / /bad

        """;

    [Fact]
    public void TheUsualOnes()
    {
        using var stand = new CollectorStand();
        Assert.Equal("""
            huatuo_mountpoint_readonly{mountpoint="/"} 0
            huatuo_mountpoint_readonly{mountpoint="/boot"} 1
            huatuo_mountpoint_readonly{mountpoint="/home"} 1
            """, stand.Write("proc/self/mountinfo", Mounts).Scrape(new MountpointPermTracer()));
        Assert.Equal(1, stand.Services.Skipped.Count);
    }

    /// <summary>Names are as they are on disk; of two mounts at one point the later counts.</summary>
    [Fact]
    public void ChosenOnes()
    {
        using var stand = new CollectorStand();
        Assert.Equal("""
            huatuo_mountpoint_readonly{mountpoint="/srv"} 0
            huatuo_mountpoint_readonly{mountpoint="/srv/my data"} 0
            """, stand.Write("proc/self/mountinfo", Mounts).Scrape(new MountpointPermTracer(), "mount_points_included=^/srv"));
    }
}
