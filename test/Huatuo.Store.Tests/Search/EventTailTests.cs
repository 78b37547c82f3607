using System.Text;
using System.Text.Json;
using Huatuo.Store.Search;
using Huatuo.Store.Tests.Sqlite;

namespace Huatuo.Store.Tests.Search;

public sealed class EventTailTests
{
    private static readonly byte[][] Documents = [.. Enumerable.Range(0, 60).Select(new Sample(3).Document)];

    [Fact]
    public async Task It_gives_what_is_stored_from_its_beginning_on()
    {
        await using var stand = new StoreStand();
        List<string> before = await StoreAsync(stand, 0, 20);
        using var now = new EventTail(stand.Path, new EventQuery());
        using var some = new EventTail(stand.Path, new EventQuery { Tracers = ["dropwatch"] });
        now.SkipAll();
        some.SkipNothing();
        Assert.Empty(Read(now));
        Assert.Equal(before.Where(IsDrop), Read(some));
        Assert.Empty(Read(some));
        List<string> after = [.. (await StoreAsync(stand, 20, 50)).Skip(20)];
        Assert.Equal(after, Read(now));
        Assert.Equal(after.Where(IsDrop), Read(some));
        Assert.False(now.Read(() => true, NoGap, _ => Assert.Fail("nothing is new")));
    }

    [Fact]
    public async Task One_look_at_a_time_gives_the_same()
    {
        await using var stand = new StoreStand();
        List<string> stored = await StoreAsync(stand, 0, 60);
        using var tail = new EventTail(stand.Path, new EventQuery { Tracers = ["oom", "hungtask"] });
        tail.SkipNothing();
        List<string> found = [];
        int reads = 1;
        while (tail.Read(() => false, NoGap, document => found.Add(Encoding.UTF8.GetString(document))))
            reads++;
        Assert.Equal(stored.Where(document => !IsDrop(document)), found);
        Assert.NotEmpty(found);
        Assert.InRange(reads, found.Count, Documents.Length + 10);
    }

    [Fact]
    public async Task It_resumes_behind_an_event()
    {
        await using var stand = new StoreStand();
        List<string> stored = await StoreAsync(stand, 0, 60);
        using var tail = new EventTail(stand.Path, new EventQuery());
        Assert.True(tail.SkipTo(JsonDocument.Parse(stored[41]).RootElement.GetProperty("id").GetGuid()));
        Assert.Equal(stored[42..], Read(tail));
        // One that is not there any more was made before all that is.
        Assert.False(tail.SkipTo(Guid.Parse("00000000-4230-7066-866a-000000000000")));
        Assert.Equal(stored, Read(tail));
        Assert.False(tail.SkipTo(Guid.Parse("7fffffff-4230-7066-866a-000000000000")));
        Assert.Empty(Read(tail));
    }

    [Fact]
    public async Task It_waits_for_a_file_and_goes_on_with_another()
    {
        await using var stand = new StoreStand();
        string path = Path.Combine(stand.Directory, "copy.db");
        using var tail = new EventTail(path, new EventQuery());
        tail.SkipAll();
        Assert.Empty(Read(tail));
        // As the agent leaves it for a moment, before it has made the tables.
        File.WriteAllBytes(path, []);
        Assert.Empty(Read(tail));
        File.Delete(path);
        List<string> first = await StoreAsync(stand, 0, 5);
        Copy(stand.Path, path);
        Assert.Equal(first, Read(tail));
        List<string> all = await StoreAsync(stand, 5, 8);
        foreach (string file in (string[])["", "-wal", "-shm"])
            File.Delete(path + file);
        Assert.Empty(Read(tail));
        Copy(stand.Path, path);
        int gaps = 0;
        Assert.Equal(all, Read(tail, () => gaps++));
        Assert.Equal(1, gaps);
        Assert.Empty(Read(tail));
    }

    /// <summary>Stores some of the documents.</summary>
    /// <returns>All that are stored, in the order of their arrival.</returns>
    private static async Task<List<string>> StoreAsync(StoreStand stand, int from, int to)
    {
        await stand.StoreAsync(Documents[from..to]);
        List<string> stored = [.. stand.Find(new EventQuery()).Select(Encoding.UTF8.GetString)];
        Assert.Equal(Documents[..to].Select(Encoding.UTF8.GetString).Order(StringComparer.Ordinal), stored.Order(StringComparer.Ordinal));
        return stored;
    }

    private static bool IsDrop(string document) => document.Contains("\"tracer_name\":\"dropwatch\"", StringComparison.Ordinal);

    private static void Copy(string from, string to)
    {
        foreach (string file in (string[])["", "-wal"])
            File.Copy(from + file, to + file);
    }

    private static void NoGap() => Assert.Fail("nothing is missing");

    private static List<string> Read(EventTail tail, Action? gap = null)
    {
        List<string> found = [];
        while (tail.Read(() => true, gap ?? NoGap, document => found.Add(Encoding.UTF8.GetString(document))))
        {
        }
        return found;
    }
}
