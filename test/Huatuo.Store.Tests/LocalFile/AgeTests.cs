using System.Globalization;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Store.Tests.LocalFile;

/// <summary>Files whose events become too old, of tracers that have few.</summary>
public sealed class AgeTests
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task A_file_is_put_aside_when_its_first_line_has_an_eighth_of_the_age_however_young_the_last_is()
    {
        await using var stand = new SinkStand(maxAgeSeconds: 8 * 3600, time: _time);
        var (channel, ledger) = stand.Open("oom");
        for (int i = 0; i < 6; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(i == 0 ? 0 : 30));
            channel.Accept(Numbered.Document(i));
            await SinkStand.Settled(ledger);
        }
        Assert.Equal([0, 1], Numbered.Read(stand.File("oom") + ".2"));
        Assert.Equal([2, 3], Numbered.Read(stand.File("oom") + ".1"));
        Assert.Equal([4, 5], Numbered.Read(stand.File("oom")));
    }

    [Fact]
    public async Task The_file_of_a_silent_tracer_is_put_aside_and_goes()
    {
        await using var stand = new SinkStand(maxAgeSeconds: 8 * 3600, time: _time);
        var (channel, ledger) = stand.Open("oom");
        var (other, otherLedger) = stand.Open("ras");
        channel.Accept(Numbered.Document(1));
        await SinkStand.Settled(ledger);
        _time.Advance(TimeSpan.FromHours(2));
        // The writer looks after all files when one has something to write.
        other.Accept(Numbered.Document(2));
        await SinkStand.Settled(otherLedger);
        await SinkStand.Until(() => File.Exists(stand.File("oom") + ".1"), "the file stays the current one");
        Assert.False(File.Exists(stand.File("oom")));

        _time.Advance(TimeSpan.FromHours(7));
        stand.Sink.Change(stand.Options with { Compress = false });
        await SinkStand.Until(() => !File.Exists(stand.File("oom") + ".1"), "the old file stays");
        channel.Accept(Numbered.Document(3));
        await SinkStand.Settled(ledger);
        Assert.Equal([3], Numbered.ReadChain(stand.File("oom")));
        Assert.Empty(stand.Log);
    }

    [Fact]
    public async Task The_only_event_there_is_goes_without_another()
    {
        await using var stand = new SinkStand(maxAgeSeconds: 2);
        var (channel, ledger) = stand.Open("oom");
        channel.Accept(Numbered.Document(1));
        await SinkStand.Settled(ledger);
        await SinkStand.Until(() => Directory.GetFiles(stand.Directory).Length == 0, "the event stays");
    }

    [Fact]
    public async Task A_bound_that_is_set_later_holds_for_what_is_there()
    {
        await using var stand = new SinkStand(time: _time);
        var (channel, ledger) = stand.Open("oom");
        channel.Accept(Numbered.Document(1));
        await SinkStand.Settled(ledger);
        _time.Advance(TimeSpan.FromHours(2));
        stand.Sink.Change(stand.Options with { Bounds = stand.Options.Bounds with { MaxAge = TimeSpan.FromHours(8) } });
        await SinkStand.Until(() => File.Exists(stand.File("oom") + ".1"), "the file stays the current one");
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(0, false)]
    public async Task A_file_of_an_earlier_run_is_as_old_as_its_first_document(int hours, bool isPutAside)
    {
        await using var stand = new SinkStand(maxAgeSeconds: 8 * 3600, time: _time);
        Directory.CreateDirectory(stand.Directory);
        string written = _time.GetUtcNow().AddHours(-hours).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff00'Z'", CultureInfo.InvariantCulture);
        string first = $$"""{"id":"x","labels":{"time":"no"},"time":"{{written}}","n":1,"text":"{{new string('x', 10_000)}}"}""";
        File.WriteAllText(stand.File("oom"), first + "\n{\"n\":2}\n", new UTF8Encoding(false));
        var (channel, ledger) = stand.Open("oom");
        channel.Accept(Numbered.Document(3));
        await SinkStand.Settled(ledger);
        Assert.Equal(isPutAside ? [3] : [1, 2, 3], Numbered.Read(stand.File("oom")));
        Assert.Equal([1, 2, 3], Numbered.ReadChain(stand.File("oom")));
    }

    [Fact]
    public async Task A_file_that_cannot_be_put_aside_goes_on_being_written()
    {
        await using var stand = new SinkStand(rotateCount: 1, maxAgeSeconds: 8 * 3600, time: _time);
        // A folder with something in it is in the way.
        Directory.CreateDirectory(Path.Combine(stand.File("oom") + ".1", "x"));
        var (channel, ledger) = stand.Open("oom");
        for (int i = 0; i < 4; i++)
        {
            channel.Accept(Numbered.Document(i));
            await SinkStand.Settled(ledger);
            _time.Advance(TimeSpan.FromHours(1));
        }
        Assert.Equal([0, 1, 2, 3], Numbered.Read(stand.File("oom")));
        Assert.InRange(stand.Sink.RotationFailures, 3, 4);
        Assert.StartsWith("cannot ", Assert.Single(stand.Log), StringComparison.Ordinal);
    }
}
