using Huatuo.Agent.Configuration;
using Huatuo.Agent.Runtime;
using Huatuo.Flow;
using Huatuo.Http.Api;

namespace Huatuo.Agent.Tests.Configuration;

/// <summary>When a file that has changed is read, look by look.</summary>
public sealed class ConfigWatchTests : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("huatuo-watch-").FullName;
    private readonly StringWriter _log = new();
    private readonly ConfigContent _content;
    private readonly ConfigWatch _watch;
    private readonly List<string> _read = [];
    private string? _taken;
    private int _failures;

    public ConfigWatchTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "first"));
        File.WriteAllText(Path.Combine(_folder, "first", "huatuo.yaml"), "region: a\n");
        // As a ConfigMap is mounted: a link to a link to a folder that is exchanged as a whole.
        File.CreateSymbolicLink(Path.Combine(_folder, "..data"), "first");
        File.CreateSymbolicLink(Path.Combine(_folder, "huatuo.yaml"), "..data/huatuo.yaml");
        _content = new ConfigContent(Path.Combine(_folder, "huatuo.yaml"));
        _taken = _content.Digest();
        _watch = new ConfigWatch(_content, TimeSpan.Zero, () => _taken, ReadAsync, () => _failures++, new AgentLog(_log, false), TimeProvider.System);
    }

    private string FilePath => _content.Path;

    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync();
        await _log.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_file_is_read_once_when_it_has_changed_and_stays_as_it_is()
    {
        await LookAsync(3);
        File.WriteAllText(FilePath, "region: b\n");
        await LookAsync(1);
        Assert.Empty(_read);
        await LookAsync(3);
        Assert.Equal(["region: b\n"], _read);
        Assert.Contains($"{FilePath} has changed", _log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_being_written_is_left_alone()
    {
        await LookAsync(1);
        File.WriteAllText(FilePath, "");
        await LookAsync(1);
        foreach (string line in (string[])["region: b\n", "tracers:\n", "  dropwatch:\n", "    enabled: false\n"])
        {
            File.AppendAllText(FilePath, line);
            await LookAsync(1);
        }
        Assert.Empty(_read);
        await LookAsync(1);
        Assert.EndsWith("enabled: false\n", Assert.Single(_read), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_renamed_into_place_is_read_whatever_its_size_and_time()
    {
        await LookAsync(1);
        string next = Path.Combine(_folder, "next");
        File.WriteAllText(next, "region: b\n");
        File.SetLastWriteTimeUtc(next, File.GetLastWriteTimeUtc(FilePath));
        File.Move(next, FilePath, overwrite: true);
        await LookAsync(2);
        Assert.Equal(["region: b\n"], _read);
    }

    [Fact]
    public async Task A_folder_that_is_exchanged_behind_links_is_followed()
    {
        await LookAsync(1);
        Directory.CreateDirectory(Path.Combine(_folder, "second"));
        File.WriteAllText(Path.Combine(_folder, "second", "huatuo.yaml"), "region: c\n");
        File.Delete(Path.Combine(_folder, "..data"));
        File.CreateSymbolicLink(Path.Combine(_folder, "..data"), "second");
        Directory.Delete(Path.Combine(_folder, "first"), recursive: true);
        await LookAsync(3);
        Assert.Equal(["region: c\n"], _read);
    }

    [Fact]
    public async Task A_file_that_is_away_or_empty_changes_nothing_and_is_told_once()
    {
        await LookAsync(1);
        File.Delete(FilePath);
        await LookAsync(3);
        File.WriteAllText(FilePath, "");
        await LookAsync(3);
        Assert.Empty(_read);
        Assert.Equal(2, _log.ToString().Split("empty, away or cannot be read; the configuration stays as it is").Length);
        File.WriteAllText(FilePath, "region: a\n");
        await LookAsync(3);
        Assert.Empty(_read);
        File.WriteAllText(FilePath, "region: d\n");
        await LookAsync(3);
        Assert.Equal(["region: d\n"], _read);
    }

    [Fact]
    public async Task What_was_read_otherwise_meanwhile_is_not_read_again()
    {
        await LookAsync(1);
        File.WriteAllText(FilePath, "region: b\n");
        await LookAsync(1);
        _taken = _content.Digest();
        await LookAsync(3);
        Assert.Empty(_read);
    }

    [Fact]
    public async Task An_error_that_nobody_expects_is_told_and_counted_and_the_next_look_comes()
    {
        var read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int tries = 0;
        Task<ReloadOutcome> FailTwiceAsync()
        {
            if (++tries <= 2)
                throw new InvalidOperationException("no such thing");
            read.TrySetResult();
            return ReadAsync();
        }
        await using (var watch = new ConfigWatch(_content, TimeSpan.FromMilliseconds(1), () => _taken, FailTwiceAsync, () => _failures++, new AgentLog(_log, false), TimeProvider.System))
        {
            File.WriteAllText(FilePath, "region: b\n");
            watch.Begin();
            await read.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        }
        Assert.Equal((2, "region: b\n"), (_failures, Assert.Single(_read)));
        Assert.Equal(2, _log.ToString().Split($"error: looking at {FilePath} failed: InvalidOperationException: no such thing; it is looked at again").Length);
    }

    private async Task LookAsync(int times)
    {
        for (int i = 0; i < times; i++)
            await _watch.LookAsync();
    }

    private Task<ReloadOutcome> ReadAsync()
    {
        _taken = _content.Digest();
        _read.Add(File.ReadAllText(FilePath));
        return Task.FromResult(new ReloadOutcome([], [], []));
    }
}
