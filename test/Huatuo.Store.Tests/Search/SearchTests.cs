using System.Text;
using System.Text.Json;
using Huatuo.Flow.Filter;
using Huatuo.Store.Search;
using Huatuo.Store.Sqlite.Interop;
using Huatuo.Store.Tests.Sqlite;

namespace Huatuo.Store.Tests.Search;

public sealed class SearchTests(SearchTests.Events events) : IClassFixture<SearchTests.Events>
{
    [Fact]
    public void Nothing_asked_for_is_everything_and_a_limit_leaves_the_newest()
    {
        Assert.Equal(Events.Count, Find(new EventQuery()).Count);
        Assert.Equal(Find(new EventQuery()).TakeLast(7), Find(new EventQuery { Limit = 7 }));
        Assert.Equal(Find(new EventQuery { Tracers = ["oom"] }).TakeLast(3), Find(new EventQuery { Tracers = ["oom"], Limit = 3 }));
    }

    [Fact]
    public void Times_are_those_of_the_events_and_include_their_ends()
    {
        long since = Sample.StartNs + 1000_000_000, until = Sample.StartNs + 1500_000_000;
        List<string> found = Find(new EventQuery { SinceNs = since, UntilNs = until });
        Assert.Equal(501, found.Count);
        Assert.All(found, document => Assert.InRange(Sample.TimeNs(Encoding.UTF8.GetBytes(document)), since, until));
        Assert.Equal(Events.Count - 1000, Find(new EventQuery { SinceNs = since }).Count);
        Assert.Equal(1501, Find(new EventQuery { UntilNs = until }).Count);
        Assert.Empty(Find(new EventQuery { SinceNs = until + 1_000_000_000_000 }));
        Assert.Empty(Find(new EventQuery { UntilNs = Sample.StartNs - 1 }));
    }

    [Fact]
    public void Tracers_are_alternatives()
    {
        Dictionary<string, int> counts = events.Documents.GroupBy(Sample.Tracer).ToDictionary(group => group.Key, group => group.Count());
        Assert.Equal(counts["oom"], Find(new EventQuery { Tracers = ["oom"] }).Count);
        Assert.Equal(counts["oom"] + counts["hungtask"], Find(new EventQuery { Tracers = ["hungtask", "oom"] }).Count);
        Assert.Empty(Find(new EventQuery { Tracers = ["softlockup"] }));
    }

    /// <summary>Each against what a plain reading of the documents gives.</summary>
    [Theory]
    [InlineData("NO_SOCKET", "\"NO_SOCKET\"")]
    [InlineData("no_socket", "\"NO_SOCKET\"")]
    [InlineData("10.0.0.3", "\"10.0.0.3\"")]
    [InlineData("tcp_v4_rcv", "tcp_v4_rcv+")]
    [InlineData("nf_hook_slow kfree_skb", "nf_hook_slow+", "kfree_skb+")]
    [InlineData("io_sched*", "io_schedule+")]
    [InlineData("kworker/0:1", "kworker/0:1")]
    [InlineData("数据库", "数据库")]
    [InlineData("a#b", "\"a#b\"")]
    [InlineData("mod io_schedule", "mod", "io_schedule+")]
    [InlineData("rcv", "no such word")]
    [InlineData("* /", "")]
    public void Words_are_found_in_fields_and_in_stacks(string text, params string[] parts)
    {
        HashSet<string> expected = [.. events.Documents.Select(Encoding.UTF8.GetString).Where(document => parts.All(part => document.Contains(part, StringComparison.Ordinal)))];
        Assert.Equal(expected.Order(StringComparer.Ordinal), Find(new EventQuery { Text = text }).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("layers.tcp.dport", FieldOperator.Is, "443")]
    [InlineData("layers.tcp.dport", FieldOperator.Is, "0x1bb")]
    [InlineData("drop_location", FieldOperator.Is, "1000")]
    [InlineData("packet_len_bytes", FieldOperator.Greater, "1400")]
    [InlineData("packet_len_bytes", FieldOperator.Less, "60")]
    [InlineData("drop_reason", FieldOperator.Not, "NO_SOCKET")]
    [InlineData("drop_reason", FieldOperator.Matches, "^TCP_")]
    [InlineData("layers.tcp.flags", FieldOperator.Is, "ACK")]
    [InlineData("layers.tcp.flags", FieldOperator.Not, "RST")]
    [InlineData("layers.tcp.flags", FieldOperator.Not, "ACK")]
    [InlineData("constrained", FieldOperator.Is, "true")]
    [InlineData("comm", FieldOperator.Is, "my \"app\"")]
    [InlineData("stack", FieldOperator.Matches, "tcp_v4_rcv.*kfree_skb")]
    [InlineData("blocked.pid", FieldOperator.Less, "100")]
    [InlineData("missing", FieldOperator.Not, "x")]
    [InlineData("tracer_name", FieldOperator.Is, "oom")]
    public void Conditions_compare_fields(string field, FieldOperator @operator, string operand)
    {
        var condition = new FieldCondition(field, @operator, [operand]);
        IEnumerable<string> expected = events.Documents.Where(document => Plain(document, condition)).Select(Encoding.UTF8.GetString);
        Assert.Equal(expected.Order(StringComparer.Ordinal), Find(new EventQuery { Where = [condition] }).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Processes_are_found_whatever_their_part()
    {
        Assert.Equal(
            events.Documents.Select(Encoding.UTF8.GetString).Where(document => document.Contains("\"comm\":\"memhog\"", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            Find(new EventQuery { Comm = "memhog" }).Order(StringComparer.Ordinal));
        Assert.Equal(
            events.Documents.Select(Encoding.UTF8.GetString).Where(document => document.Contains("\"pid\":77,", StringComparison.Ordinal) || document.Contains("\"pid\":77}", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            Find(new EventQuery { Pid = 77 }).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Containers_are_found_by_the_beginning_of_their_id()
    {
        string id = JsonDocument.Parse(events.Documents.First(document => Encoding.UTF8.GetString(document).Contains("container_id", StringComparison.Ordinal))).RootElement.GetProperty("container_id").GetString()!;
        List<string> whole = Find(new EventQuery { Container = id });
        Assert.NotEmpty(whole);
        Assert.All(whole, document => Assert.Contains($"\"container_id\":\"{id}\"", document));
        Assert.Equal(whole, Find(new EventQuery { Container = id[..12] }));
        Assert.Empty(Find(new EventQuery { Container = id[1..] }));
    }

    [Fact]
    public void All_that_is_asked_for_must_hold()
    {
        var query = new EventQuery
        {
            Text = "tcp_v4_rcv SYN",
            Comm = "nginx",
            Where = [new FieldCondition("drop_reason", FieldOperator.Is, ["NETFILTER_DROP"]), new FieldCondition("packet_len_bytes", FieldOperator.Greater, ["500"])],
            SinceNs = Sample.StartNs + 100_000_000,
        };
        HashSet<string> expected = [.. Find(new EventQuery { Text = "tcp_v4_rcv SYN" })];
        expected.IntersectWith(Find(new EventQuery { Comm = "nginx" }));
        expected.IntersectWith(Find(new EventQuery { Where = [query.Where[0]] }));
        expected.IntersectWith(Find(new EventQuery { Where = [query.Where[1]] }));
        expected.IntersectWith(Find(new EventQuery { SinceNs = query.SinceNs }));
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Order(StringComparer.Ordinal), Find(query).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_operand_that_is_no_number_is_told() =>
        Assert.Throws<ArgumentException>(() => Find(new EventQuery { Where = [new FieldCondition("pid", FieldOperator.Less, ["x"])] }));

    [Fact]
    public void A_file_that_is_not_there_or_none_of_ours_is_told()
    {
        string directory = Directory.CreateTempSubdirectory("huatuo-search-").FullName;
        string path = Path.Combine(directory, "events.db");
        Assert.Equal($"there is no {path}: no agent has stored events there (store.sqlite)", Assert.Throws<EventReadException>(() => EventReader.Open(path)).Message);
        File.WriteAllText(path, new string('x', 10_000));
        Assert.Equal($"cannot read {path}: file is not a database", Assert.Throws<EventReadException>(() => EventReader.Open(path)).Message);
        Directory.Delete(directory, recursive: true);
    }

    /// <summary>The files as a killed process leaves them: the log not yet brought into the database.</summary>
    [Fact]
    public async Task What_is_only_in_the_log_is_found()
    {
        string copy = Directory.CreateTempSubdirectory("huatuo-search-").FullName;
        await using (var stand = new StoreStand())
        {
            await stand.StoreAsync(events.Documents.Take(50));
            foreach (string file in Directory.GetFiles(stand.Directory))
                File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }
        Assert.Equal(50, StoreStand.Find(Path.Combine(copy, "events.db"), new EventQuery()).Count);
        Directory.Delete(copy, recursive: true);
    }

    [Fact]
    public async Task Following_gives_each_new_event_once_also_from_a_new_file()
    {
        await using var stand = new StoreStand();
        await stand.StoreAsync(events.Documents.Take(20));
        using var followed = new FollowedEvents(stand.Path);
        List<string> found = [];
        int gaps = 0;
        void Take(ReadOnlySpan<byte> document) => found.Add(Encoding.UTF8.GetString(document));
        followed.Search(new EventQuery { Limit = 5 }, Take);
        Assert.Equal(5, found.Count);
        followed.SearchNew(new EventQuery { Limit = 5 }, Take, () => gaps++);
        Assert.Equal(5, found.Count);
        await stand.StoreAsync(events.Documents.Skip(20).Take(10));
        followed.SearchNew(new EventQuery { Limit = 5 }, Take, () => gaps++);
        followed.SearchNew(new EventQuery { Limit = 5 }, Take, () => gaps++);
        Assert.Equal(15, found.Count);
        Assert.Equal(15, found.Distinct().Count());

        await using var other = new StoreStand();
        await other.StoreAsync(events.Documents.Take(3));
        File.Move(stand.Path, stand.Path + ".old");
        followed.SearchNew(new EventQuery(), Take, () => gaps++);
        Assert.Equal((15, 0), (found.Count, gaps));
        File.Copy(other.Path, stand.Path);
        foreach (string companion in (string[])["-wal", "-shm"])
            File.Copy(other.Path + companion, stand.Path + companion, overwrite: true);
        followed.SearchNew(new EventQuery(), Take, () => gaps++);
        Assert.Equal((18, 1), (found.Count, gaps));
    }

    [Fact]
    public async Task Following_waits_for_a_new_file_that_is_not_ready()
    {
        await using var stand = new StoreStand();
        await stand.StoreAsync(events.Documents.Take(20));
        // Who has it open would make another when it is gone.
        await stand.Sink.DisposeAsync();
        using var followed = new FollowedEvents(stand.Path);
        followed.Search(new EventQuery(), _ => { });
        string aside = stand.Path + ".old";
        File.Move(stand.Path, aside);
        File.WriteAllBytes(stand.Path, []);
        followed.SearchNew(new EventQuery(), _ => Assert.Fail("nothing is there"), () => { });
        File.Move(aside, stand.Path, overwrite: true);
        int found = 0;
        followed.SearchNew(new EventQuery(), _ => found++, () => { });
        Assert.Equal(20, found);
    }

    [Theory]
    [InlineData("Größe", true)]
    [InlineData("größe", true)]
    [InlineData("GRö*", true)]
    [InlineData("GRÖSSE", false)]
    public async Task Letters_outside_of_ASCII_count_with_their_case_and_those_beside_them_without(string text, bool isFound)
    {
        await using var stand = new StoreStand();
        await stand.StoreAsync([Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(events.Documents[0]).Replace("\"vm\"", "\"Größe\"", StringComparison.Ordinal))]);
        Assert.Equal(isFound ? 1 : 0, stand.Find(new EventQuery { Text = text }).Count);
    }

    /// <summary>The index only narrows: with it, a search finds what a look at every document finds.</summary>
    [Fact]
    public void The_index_leaves_nothing_out()
    {
        var random = new Random(11);
        string[] words = ["nginx", "tcp_*", "SYN", "443", "0x*", "eth0", "10.0.0.1", "kfree_skb", "mod", "my", "库", "数*", "ipv4", "event"];
        string[] fields = ["drop_reason", "layers.tcp.dport", "comm", "drop_location", "victim.pid", "layers.ipv4.saddr", "layers.tcp.flags"];
        string[] operands = ["NO_SOCKET", "80", "0x50", "kworker/0:1", "a#b", "10.0.0.1", "ACK", "-1"];
        for (int round = 0; round < 150; round++)
        {
            var query = new EventQuery
            {
                Text = random.Next(2) == 0 ? string.Join(' ', Enumerable.Range(0, random.Next(1, 3)).Select(_ => words[random.Next(words.Length)])) : "",
                Where = random.Next(2) == 0 ? [new FieldCondition(fields[random.Next(fields.Length)], FieldOperator.Is, [operands[random.Next(operands.Length)]])] : [],
                Comm = random.Next(6) == 0 ? "a#b" : null,
            };
            var filter = new DocumentFilter(query);
            IEnumerable<string> expected = events.Documents.Where(document => filter.Passes(document)).Select(Encoding.UTF8.GetString);
            Assert.Equal(expected.Order(StringComparer.Ordinal), Find(query).Order(StringComparer.Ordinal));
        }
    }

    private List<string> Find(EventQuery query) => [.. StoreStand.Find(events.Path, query).Select(Encoding.UTF8.GetString)];

    /// <summary>Whether a condition holds, by another way than the program's.</summary>
    private static bool Plain(byte[] document, FieldCondition condition)
    {
        IEnumerable<JsonElement> values = [JsonDocument.Parse(document).RootElement.GetProperty("tracer_data")];
        foreach (string part in condition.Field.Split('.'))
            values = values.SelectMany(Spread).Where(value => value.ValueKind == JsonValueKind.Object && value.TryGetProperty(part, out _)).Select(value => value.GetProperty(part));
        string operand = condition.Operands[0];
        decimal? number = operand.StartsWith("0x", StringComparison.Ordinal) ? Convert.ToInt64(operand[2..], 16) : decimal.TryParse(operand, out decimal plain) ? plain : null;
        List<JsonElement> all = [.. values.SelectMany(Spread).Where(value => value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Object))];
        bool Equal(JsonElement value) => value.ToString().Replace("True", "true", StringComparison.Ordinal) == operand || (number is { } n && Number(value) == n);
        return condition.Operator switch
        {
            FieldOperator.Is => all.Any(Equal),
            FieldOperator.Not => all.Count > 0 && !all.Any(Equal),
            FieldOperator.Matches => all.Any(value => System.Text.RegularExpressions.Regex.IsMatch(value.ToString(), operand)),
            FieldOperator.Less => all.Any(value => Number(value) < number),
            _ => all.Any(value => Number(value) > number),
        };
    }

    private static IEnumerable<JsonElement> Spread(JsonElement value) => value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [value];

    private static decimal? Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDecimal(),
        JsonValueKind.String when value.GetString()!.StartsWith("0x", StringComparison.Ordinal) => Convert.ToInt64(value.GetString()![2..], 16),
        _ => null,
    };

    /// <summary>Events in several partitions, stored once for all tests.</summary>
    public sealed class Events : IAsyncLifetime
    {
        public const int Count = 6000;

        private readonly StoreStand _stand = new(maxBytes: 16 << 20);

        internal IReadOnlyList<byte[]> Documents { get; } = [.. Enumerable.Range(0, Count).Select(new Sample(7).Document)];

        internal string Path => _stand.Path;

        public async ValueTask InitializeAsync()
        {
            await _stand.StoreAsync(Documents);
            using SqliteConnection connection = SqliteConnection.Open(Path, LibSqlite.SQLITE_OPEN_READONLY, TimeSpan.FromSeconds(5));
            Assert.InRange(connection.Number("SELECT count(*) FROM partitions"), 2, 8);
        }

        public ValueTask DisposeAsync() => _stand.DisposeAsync();
    }
}
