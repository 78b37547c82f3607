using System.Text;
using Huatuo.Store.Search;
using Huatuo.Store.Tests.Elasticsearch;

namespace Huatuo.Bench.Faults;

/// <summary>What is there in the end, in each of the three places.</summary>
/// <param name="Places">The events by the name of the sink.</param>
internal sealed record Evidence(IReadOnlyDictionary<string, IReadOnlyList<Seen>> Places)
{
    /// <summary>Reads it; the agent has ended.</summary>
    /// <param name="data">Its data folder.</param>
    /// <param name="server">Its server.</param>
    internal static Evidence Read(string data, BulkServer server)
    {
        List<Seen> found = [];
        using (EventReader reader = EventReader.Open(Path.Combine(data, "events.db")))
            reader.Search(new EventQuery { Tracers = ["dropwatch"] }, after: 0, document => found.Add(Seen.Of(Encoding.UTF8.GetString(document))!.Value));
        var evidence = new Evidence(new Dictionary<string, IReadOnlyList<Seen>>
        {
            ["local"] = [.. Directory.GetFiles(Path.Combine(data, "events"), "dropwatch.jsonl").SelectMany(File.ReadLines).Select(line => Seen.Of(line)!.Value)],
            ["sqlite"] = found,
            ["elasticsearch"] = [.. server.Documents.Values.Select(Seen.Of).OfType<Seen>()],
        });
        evidence.CheckIds();
        return evidence;
    }

    /// <summary>How many packets a place has an event of.</summary>
    internal long Packets(string place) => Places[place].DistinctBy(seen => seen.Number).Count();

    /// <summary>Events of a place that are there more than once, by the packet or by the identifier.</summary>
    internal long Duplicates(string place) =>
        Places[place].Count - Math.Min(Packets(place), Places[place].DistinctBy(seen => seen.Id).Count());

    /// <summary>The same between two times.</summary>
    internal Evidence Between(DateTimeOffset from, DateTimeOffset to) =>
        new(Places.ToDictionary(place => place.Key, place => (IReadOnlyList<Seen>)[.. place.Value.Where(seen => seen.Time >= from && seen.Time <= to)]));

    // A packet has one identifier in all places.
    private void CheckIds()
    {
        Dictionary<long, string> ids = [];
        foreach (Seen seen in Places.Values.SelectMany(place => place))
            if (!ids.TryAdd(seen.Number, seen.Id) && ids[seen.Number] != seen.Id)
                throw new BenchException($"packet {seen.Number} is stored as {seen.Id} and as {ids[seen.Number]}");
    }
}
