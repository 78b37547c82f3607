using Huatuo.Agent.Configuration;
using Huatuo.Flow.Options;

namespace Huatuo.Agent.Tests.Configuration;

public sealed class KeptOptionsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("huatuo-kept-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_written_is_read()
    {
        var kept = new KeptOptions(_folder);
        Assert.Empty(kept.Read());
        kept.Write([new Override("tracers.dropwatch.ports", "80,443"), new Override("tracers.oom.hook", "a \"b\"\n"), new Override("rules", "[{\"name\": \"r\"}]", IsJson: true)]);
        Assert.Equal(
            [new Override("tracers.dropwatch.ports", "80,443", kept.Path), new Override("tracers.oom.hook", "a \"b\"\n", kept.Path), new Override("rules", "[{\"name\": \"r\"}]", kept.Path, IsJson: true)],
            kept.Read());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(kept.Path));
        kept.Write([]);
        Assert.Empty(kept.Read());
        Assert.Equal([kept.Path], Directory.GetFiles(_folder));
    }

    [Fact]
    public void What_was_written_before_there_were_lists_is_read()
    {
        var kept = new KeptOptions(_folder);
        File.WriteAllText(kept.Path, "{\n  \"version\": 1,\n  \"options\": {\n    \"tracers.dropwatch.ports\": \"80,443\"\n  }\n}");
        Assert.Equal([new Override("tracers.dropwatch.ports", "80,443", kept.Path)], kept.Read());
    }

    [Fact]
    public void What_no_agent_would_start_with_is_not_written()
    {
        var kept = new KeptOptions(_folder);
        kept.Write([new Override("tracers.dropwatch.note", "a")]);
        Assert.EndsWith(" would be larger than 1MiB", Assert.Throws<IOException>(() => kept.Write([new Override("tracers.dropwatch.note", new string('a', 1 << 20))])).Message, StringComparison.Ordinal);
        Assert.Equal([new Override("tracers.dropwatch.note", "a", kept.Path)], kept.Read());
    }

    [Fact]
    public void Whatever_is_in_the_file_is_told_and_nothing_else_happens()
    {
        var kept = new KeptOptions(_folder);
        kept.Write([new Override("tracers.dropwatch.ports", "80,443"), new Override("rules", "[{\"name\":\"r\\u00e9\",\"at\":1}]", IsJson: true)]);
        byte[] good = File.ReadAllBytes(kept.Path);
        var random = new Random(3);
        for (int round = 0; round < 500; round++)
        {
            byte[] bad = [.. good];
            for (int i = random.Next(1, 8); i > 0; i--)
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(kept.Path, random.Next(4) == 0 ? bad[..random.Next(bad.Length)] : bad);
            try
            {
                IReadOnlyList<Override> read = kept.Read();
                Assert.InRange(read.Count, 0, 2);
                Override.Apply(null, read, new Diagnostics());
            }
            catch (IOException told)
            {
                Assert.StartsWith(kept.Path, told.Message, StringComparison.Ordinal);
            }
        }
    }
}
