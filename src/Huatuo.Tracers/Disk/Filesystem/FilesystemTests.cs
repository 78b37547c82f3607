using Huatuo.Linux;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Disk.Filesystem;

public sealed class FilesystemTests
{
    private const string Mounts = """
        22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,discard
        23 22 0:5 / /proc rw - proc proc rw
        24 22 254:0 /x /bind rw - ext4 /dev/vda rw
        25 22 0:40 / /net rw - nfs4 server:/export rw
        26 22 254:1 / /data ro - btrfs /dev/vdb ro
        27 22 0:41 / /gone rw - tmpfs tmpfs rw
        bad

        """;

    private static FileSystemSpace? Answer(string point) => point switch
    {
        "/" => new FileSystemSpace(1000, 400, 300, 50, 20, false),
        "/net" => new FileSystemSpace(9000, 8000, 8000, 10, 5, false),
        "/data" => new FileSystemSpace(2000, 0, 0, 0, 0, true),
        _ => null,
    };

    private static string Expected(string net) => $$"""
        huatuo_filesystem_size_bytes{mountpoint="/",device="/dev/vda",fstype="ext4"} 1000
        huatuo_filesystem_size_bytes{mountpoint="/data",device="/dev/vdb",fstype="btrfs"} 2000
        huatuo_filesystem_free_bytes{mountpoint="/",device="/dev/vda",fstype="ext4"} 400
        huatuo_filesystem_free_bytes{mountpoint="/data",device="/dev/vdb",fstype="btrfs"} 0
        huatuo_filesystem_available_bytes{mountpoint="/",device="/dev/vda",fstype="ext4"} 300
        huatuo_filesystem_available_bytes{mountpoint="/data",device="/dev/vdb",fstype="btrfs"} 0
        huatuo_filesystem_files{mountpoint="/",device="/dev/vda",fstype="ext4"} 50
        huatuo_filesystem_files_free{mountpoint="/",device="/dev/vda",fstype="ext4"} 20
        huatuo_filesystem_readonly{mountpoint="/",device="/dev/vda",fstype="ext4"} 0
        huatuo_filesystem_readonly{mountpoint="/data",device="/dev/vdb",fstype="btrfs"} 1
        huatuo_filesystem_stuck{mountpoint="/",device="/dev/vda",fstype="ext4"} 0
        {{net}}huatuo_filesystem_stuck{mountpoint="/data",device="/dev/vdb",fstype="btrfs"} 0
        """;

    [Fact]
    public void EachFileSystemOnce()
    {
        using var stand = new CollectorStand();
        string page = stand.Write("proc/self/mountinfo", Mounts).Scrape(new FilesystemTracer(Answer), "timeout=10s", "mount_points_excluded=^/net$");
        Assert.Equal(Expected(""), page);
        Assert.Equal(1, stand.Services.Skipped.Count);
    }

    [Fact]
    public async Task OneThatHangsHoldsUpNothing()
    {
        using var stand = new CollectorStand();
        using var release = new ManualResetEventSlim();
        int asked = 0;
        var back = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        FileSystemSpace? Ask(string point)
        {
            if (point == "/net")
            {
                if (Interlocked.Increment(ref asked) == 1)
                    release.Wait(TestContext.Current.CancellationToken);
                else
                    back.TrySetResult();
            }
            return Answer(point);
        }
        Func<string> scrape = stand.Write("proc/self/mountinfo", Mounts).Start(new FilesystemTracer(Ask), "timeout=500ms");
        string stuck = Expected("huatuo_filesystem_stuck{mountpoint=\"/net\",device=\"server:/export\",fstype=\"nfs4\"} 1\n");
        // On a machine that is busy, others may be late too, for one scrape.
        await Until(() => scrape() == stuck);
        Assert.Equal(1, Volatile.Read(ref asked));

        release.Set();
        await Until(() => scrape().Contains("huatuo_filesystem_size_bytes{mountpoint=\"/net\",device=\"server:/export\",fstype=\"nfs4\"} 9000", StringComparison.Ordinal));
        await back.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    [Fact]
    public void ThisMachinesRootHasSpace()
    {
        FileSystemSpace space = Assert.NotNull(FileSystemSpace.Ask("/"));
        var drive = new DriveInfo("/");
        Assert.Equal((ulong)drive.TotalSize, space.SizeBytes);
        Assert.InRange(space.FreeBytes, space.AvailableBytes, space.SizeBytes);
        Assert.Null(FileSystemSpace.Ask("/no/such/path"));
    }

    private static async Task Until(Func<bool> holds)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(120));
        while (!holds())
            await Task.Delay(TimeSpan.FromMilliseconds(20), limit.Token);
    }
}
