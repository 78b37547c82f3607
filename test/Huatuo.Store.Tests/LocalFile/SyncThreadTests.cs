using Huatuo.Store.LocalFile;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Store.Tests.LocalFile;

public sealed class SyncThreadTests
{
    [Fact]
    public async Task A_directory_that_was_removed_has_nothing_to_synchronise()
    {
        SinkTrouble trouble = await Synchronise("/nonexistent/huatuo");
        Assert.Equal(0, trouble.SyncFailures);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_opened_is_told()
    {
        SinkTrouble trouble = await Synchronise("/dev/null/huatuo");
        Assert.Equal(1, trouble.SyncFailures);
        Assert.Contains("cannot open /dev/null/huatuo", trouble.Last!.Text);
    }

    private static async Task<SinkTrouble> Synchronise(string directory)
    {
        var trouble = new SinkTrouble(new FakeTimeProvider(), _ => { });
        var sync = new SyncThread(directory, TimeSpan.Zero, trouble);
        sync.DirectoryChanged();
        sync.Stop();
        await sync.Done;
        return trouble;
    }
}
