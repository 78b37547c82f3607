using System.Text.Json;
using Huatuo.Store.Remote;
using Huatuo.Store.Tests.Files;
using Huatuo.Store.Tests.LocalFile;

namespace Huatuo.Store.Tests.Remote;

public sealed class DeadLetterFileTests
{
    [Fact]
    public void Of_a_document_that_the_disk_has_no_room_for_nothing_is_left()
    {
        using var disk = new SmallDisk(kib: 256);
        string path = Path.Combine(disk.Path, "refused.jsonl");
        List<string> log = [];
        var file = new DeadLetterFile(path, TimeProvider.System, log.Add);
        file.Keep("oom", "no", 1, Numbered.Document(0));
        string ballast = disk.Fill(leaveKib: 8);
        file.Keep("oom", "no", 1, Numbered.Document(1, 60_000));
        Assert.StartsWith($"refused events cannot be kept in {path}: No space left on device", Assert.Single(log), StringComparison.Ordinal);
        File.Delete(ballast);
        file.Keep("oom", "no", 1, Numbered.Document(2));
        Assert.Equal([0L, 2L], File.ReadLines(path).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("document").GetProperty("n").GetInt64()));
    }
}
