using Huatuo.Store.Search;
using Huatuo.Store.Tests.LocalFile;
using Huatuo.Store.Tests.Search;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Store.Tests.Sqlite;

public sealed class BoundsTests
{
    private const long MaxBytes = 4 << 20;

    [Fact]
    public async Task The_oldest_go_when_the_file_would_grow_too_large()
    {
        var sample = new Sample();
        await using var stand = new StoreStand(maxBytes: MaxBytes);
        long largest = 0;
        List<byte[]> stored = [];
        for (int round = 0; round < 40; round++)
        {
            byte[][] documents = [.. Enumerable.Range(round * 500, 500).Select(sample.Document)];
            await stand.StoreAsync(documents);
            stored.AddRange(documents);
            largest = Math.Max(largest, new FileInfo(stand.Path).Length);
        }

        Assert.InRange(largest, MaxBytes / 2, MaxBytes);
        List<byte[]> found = stand.Find(new EventQuery());
        Assert.InRange(found.Count, 1000, 15_000);
        HashSet<string> newest = [.. stored.TakeLast(found.Count).Select(Convert.ToHexString)];
        Assert.Equal(found.Count, found.Select(Convert.ToHexString).Count(newest.Contains));
    }

    [Fact]
    public async Task A_smaller_bound_holds_from_the_next_start_on()
    {
        var sample = new Sample();
        string directory = Directory.CreateTempSubdirectory("huatuo-events-").FullName;
        await using (var large = new StoreStand(directory))
            await large.StoreAsync(Enumerable.Range(0, 20_000).Select(sample.Document));
        long before = new FileInfo(Path.Combine(directory, "events.db")).Length;
        Assert.True(before > MaxBytes * 2, $"only {before} bytes");

        await using (var small = new StoreStand(directory, maxBytes: MaxBytes))
        {
            await small.StoreAsync(Enumerable.Range(20_000, 5000).Select(sample.Document));
            Assert.InRange(small.Find(new EventQuery()).Count, 1000, 15_000);
        }
        // Closing has brought everything from the log into the file.
        Assert.InRange(new FileInfo(Path.Combine(directory, "events.db")).Length, 1, MaxBytes);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Another_bound_of_size_holds_without_a_start_and_nothing_else_is_lost()
    {
        var sample = new Sample();
        await using var stand = new StoreStand();
        await stand.StoreAsync(Enumerable.Range(0, 20_000).Select(sample.Document));
        Assert.Equal(20_000, stand.Find(new EventQuery()).Count);
        stand.Sink.Change(stand.Options with { MaxBytes = MaxBytes });
        byte[][] newest = [.. Enumerable.Range(20_000, 1000).Select(sample.Document)];
        await stand.StoreAsync(newest);
        List<byte[]> found = stand.Find(new EventQuery());
        Assert.InRange(found.Count, 1000, 15_000);
        Assert.Equal(newest.Select(Convert.ToHexString).Order(), found.Select(Convert.ToHexString).Intersect(newest.Select(Convert.ToHexString)).Order());
        Assert.Empty(stand.Log);
    }

    [Fact]
    public async Task Another_bound_of_age_holds_without_a_start_and_without_an_event()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(Sample.StartNs / 1_000_000_000));
        var sample = new Sample();
        await using var stand = new StoreStand(time: time);
        await stand.StoreAsync(Enumerable.Range(0, 100).Select(sample.Document));
        time.Advance(TimeSpan.FromMinutes(10));
        stand.Sink.Change(stand.Options with { MaxAge = TimeSpan.FromMinutes(1) });
        await SinkStand.Until(() => stand.Find(new EventQuery()).Count == 0, "the old events stay");
    }

    [Fact]
    public async Task What_is_too_old_goes_and_what_is_young_stays()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(Sample.StartNs / 1_000_000_000));
        var sample = new Sample();
        await using var stand = new StoreStand(maxAgeSeconds: 80, time: time);
        for (int round = 0; round < 20; round++)
        {
            await stand.StoreAsync([sample.Document(round)]);
            time.Advance(TimeSpan.FromSeconds(11));
        }
        await stand.StoreAsync([sample.Document(20)]);
        // The last nine are at most 88 s old; an eighth of 80 s more may stay.
        await SinkStand.Until(() => stand.Find(new EventQuery()).Count is >= 8 and <= 9, "what is too old stays");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_clock_that_was_ahead_keeps_nothing_too_long(bool isRestarted)
    {
        var right = DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(Sample.StartNs / 1_000_000_000);
        var time = new SettableClock { Now = right };
        var sample = new Sample();
        string directory = Directory.CreateTempSubdirectory("huatuo-events-").FullName;
        var stand = new StoreStand(directory, maxAgeSeconds: 80, time: time);
        time.Now = right + TimeSpan.FromDays(365);
        await stand.StoreAsync([sample.Document(0)]);
        if (isRestarted)
        {
            await stand.DisposeAsync();
            stand = new StoreStand(directory, maxAgeSeconds: 80, time: time);
        }
        for (int round = 1; round <= 30; round++)
        {
            time.Now = right + TimeSpan.FromSeconds(11 * round);
            await stand.StoreAsync([sample.Document(round)]);
        }
        // Stored at 11 s from each other; an eighth of 80 s more may stay.
        await SinkStand.Until(() => stand.Find(new EventQuery()).Count is >= 8 and <= 9, "what is too old stays");
        await stand.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    private sealed class SettableClock : TimeProvider
    {
        private long _ticks;

        internal DateTimeOffset Now
        {
            set => Volatile.Write(ref _ticks, value.UtcTicks);
        }

        public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref _ticks), TimeSpan.Zero);
    }

    [Fact]
    public async Task Numbers_go_on_when_everything_was_too_old()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch + TimeSpan.FromDays(20_000));
        var sample = new Sample();
        string directory = Directory.CreateTempSubdirectory("huatuo-events-").FullName;
        await using (var first = new StoreStand(directory, maxAgeSeconds: 80, time: time))
            await first.StoreAsync(Enumerable.Range(0, 10).Select(sample.Document));
        time.Advance(TimeSpan.FromSeconds(1000));
        await using (var second = new StoreStand(directory, maxAgeSeconds: 80, time: time))
        {
            await SinkStand.Until(() => second.Find(new EventQuery()).Count == 0, "what is too old stays");
            await second.StoreAsync([sample.Document(10)]);
            using EventReader reader = EventReader.Open(second.Path);
            Assert.Equal(11, reader.Search(new EventQuery(), after: 0, _ => { }));
        }
        Directory.Delete(directory, recursive: true);
    }
}
