using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Sinks;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Clock;
using Huatuo.Profiling;
using Huatuo.Profiling.Continuous;
using Huatuo.Profiling.Formats;
using Huatuo.Store.Otlp.Profiles;
using Huatuo.Store.Remote;
using Huatuo.Store.Tests.LocalFile;
using Huatuo.Store.Tests.Otlp.Profiles.Proto;
using Huatuo.Store.Tests.Remote;
using Huatuo.Store.Tests.Spool;
using Microsoft.Extensions.Time.Testing;
using Pprof = Huatuo.Profiling.Tests.Formats.Proto;

namespace Huatuo.Store.Tests.Otlp.Profiles;

public sealed class OtlpProfilesTests : IAsyncDisposable
{
    private const string OfContainer =
        """{"id":"0193653c-0000-7000-8000-000000000007","hostname":"n1","region":"eu","time":"2026-11-26T08:00:00.000000002Z","observed_timestamp":"2026-11-26T08:00:00.000000001Z","container_id":"c1","container_name":"web","container_type":"normal","pod_name":"web-1","pod_namespace":"shop","pod_labels":{"app":"web"},"tracer_name":"profiler","tracer_id":"x","tracer_type":"task","tracer_data":{"profiler":"io","profile_type":"process_io:delay:nanoseconds:io:nanoseconds","task_id":"t1","duration_ns":10,"period_ns":0,"part":0,"samples":[{"stack":"k\tsubmit_bio\t[kernel]\nu\tmain\tweb\np\tweb","hits":2,"bytes":4096,"ns":70},{"stack":"r\tsleeps\np\tweb","hits":1,"bytes":1,"ns":-1}]}}""";

    private readonly TemporaryDirectory _folder = SpoolStand.Temporary();
    private readonly ProfilesServer _server = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ConcurrentQueue<string> _log = [];
    private readonly SinkLedger _ledger = new(OtlpProfilesSink.SinkName);
    private readonly OtlpProfilesSink _sink;
    private readonly IEventChannel _channel;
    private int _accepted;

    public OtlpProfilesTests()
    {
        _sink = new OtlpProfilesSink(
            new RemoteSinkOptions { Addresses = [_server.Profiles], SpoolDirectory = _folder.Path, Timeout = TimeSpan.FromHours(1) },
            [new("service.name", "huatuo"), new("host.name", "n1")], "1.2.3", _time, _log.Enqueue);
        _channel = _sink.Open(ProfileDocuments.Name, _ledger);
    }

    private string[] Refused => File.ReadAllLines(Path.Combine(_folder.Path, "refused.jsonl"));

    public async ValueTask DisposeAsync()
    {
        await _sink.DisposeAsync();
        await _server.DisposeAsync();
        Assert.Equal(_accepted, _ledger.Stored + _ledger.DeadLetters);
        _folder.Dispose();
    }

    [Theory]
    [InlineData("cpu", 2)]
    [InlineData("cycles", 2)]
    [InlineData("offcpu", 2)]
    [InlineData("alloc_space", 2)]
    [InlineData("io", 3)]
    public async Task The_samples_are_those_that_pprof_tells(string kind, int sums)
    {
        Profile profile = Made(new[] { ProfileKind.OnCpu, ProfileKind.Cycles, ProfileKind.OffCpu, ProfileKind.AllocatedSpace, ProfileKind.IoTime }.Single(one => one.Name == kind), stacks: 200);
        List<byte[]> documents = Documents(profile);
        documents.ForEach(Accept);
        await DeliveredAsync();

        var told = Pprof.Profile.Parser.ParseFrom(PprofFormat.Message(profile).Written);
        Assert.Equal(sums, told.SampleType.Count);
        Assert.Equal(Enumerable.Range(0, sums).SelectMany(i => Stacks(told, i)).Order(), _server.Taken.SelectMany(request => Profiles(request).SelectMany(one => Stacks(request.Dictionary, one))).Order());
        ExportProfilesRequest first = _server.Taken.First();
        OtlpProfile[] all = [.. Profiles(first)];
        Assert.Equal(sums, all.Length);
        Assert.All(all, one => Assert.Equal((ulong)told.DurationNanos, one.DurationNano));
        Assert.All(all, one => Assert.Equal(told.Period, one.Period));
        Assert.Equal(told.Period > 0 ? $"{kind}/nanoseconds" : null, all[0].PeriodType is { } period ? Name(first.Dictionary, period) : null);
        Assert.True(UtcTimestamp.TryParse(Encoding.UTF8.GetBytes(JsonNode.Parse(documents[0])!["observed_timestamp"]!.GetValue<string>()), out long start));
        Assert.All(all, one => Assert.Equal((ulong)start, one.TimeUnixNano));
    }

    [Fact]
    public async Task A_profile_of_many_parts_arrives_whole_and_each_part_has_an_identifier_of_its_own()
    {
        Profile profile = Made(ProfileKind.OnCpu, stacks: 6000);
        List<byte[]> documents = Documents(profile);
        Assert.InRange(documents.Count, 3, 1000);
        documents.ForEach(Accept);
        await DeliveredAsync();
        var told = Pprof.Profile.Parser.ParseFrom(PprofFormat.Message(profile).Written);
        OtlpProfile[] all = [.. _server.Taken.SelectMany(Profiles)];
        Assert.Equal(2 * documents.Count, all.Select(one => one.ProfileId).Distinct().Count());
        Assert.All(all, one => Assert.Equal(16, one.ProfileId.Length));
        Assert.Equal((ulong)told.DurationNanos * 2, all.Aggregate(0UL, (sum, one) => sum + one.DurationNano));
        Assert.Equal(Stacks(told, 0).Concat(Stacks(told, 1)).Order(), _server.Taken.SelectMany(request => Profiles(request).SelectMany(one => Stacks(request.Dictionary, one))).Order());
    }

    [Fact]
    public async Task A_container_is_a_resource_and_each_sum_a_profile()
    {
        Accept(Encoding.UTF8.GetBytes(OfContainer));
        await DeliveredAsync();
        ExportProfilesRequest request = Assert.Single(_server.Taken);
        ResourceProfiles resource = Assert.Single(request.ResourceProfiles);
        Assert.Equal(
            "service.name=huatuo host.name=n1 container.id=c1 container.name=web huatuo.container_type=normal k8s.pod.name=web-1 k8s.namespace.name=shop k8s.pod.label.app=web",
            string.Join(' ', resource.Resource.Attributes.Select(attribute => $"{attribute.Key}={attribute.Value.StringValue}")));
        ScopeProfiles scope = Assert.Single(resource.ScopeProfiles);
        Assert.Equal(("huatuo", "1.2.3"), (scope.Scope.Name, scope.Scope.Version));
        Assert.Equal(["samples/count", "bytes/bytes", "delay/nanoseconds"], scope.Profiles.Select(one => Name(request.Dictionary, one.SampleType)));
        Assert.Equal([[2, 1], [4096, 1], [70, -1L]], scope.Profiles.Select(one => one.Samples.Select(sample => Assert.Single(sample.Values)).ToArray()));
        Assert.Equal(
            ["0193653c000070008000000000000007", "0193653c000080008000000000000007", "0193653c000090008000000000000007"],
            scope.Profiles.Select(one => Convert.ToHexStringLower(one.ProfileId.Span)));
        Assert.All(scope.Profiles, one => Assert.Equal((1795680000000000001UL, 10UL, null), (one.TimeUnixNano, one.DurationNano, one.PeriodType)));
        Assert.All(scope.Profiles, one => Assert.Equal(["huatuo.profiler=io", "huatuo.task_id=t1"], one.AttributeIndices.Select(index => Attribute(request.Dictionary, index))));
        Location[] places = [.. request.Dictionary.StackTable[scope.Profiles[0].Samples[0].StackIndex].LocationIndices.Select(index => request.Dictionary.LocationTable[index])];
        Assert.Equal(["profile.frame.type=kernel", "", ""], places.Select(place => string.Join(' ', place.AttributeIndices.Select(index => Attribute(request.Dictionary, index)))));
    }

    [Fact]
    public async Task What_is_rejected_in_part_counts_as_dead_letters_and_is_not_sent_again()
    {
        _server.Reply = _ => new ExportProfilesReply { PartialSuccess = new ProfilesPartialSuccess { RejectedProfiles = 2, ErrorMessage = "too old" } };
        for (int i = 0; i < 5; i++)
            Documents(Made(ProfileKind.OnCpu, stacks: 3)).ForEach(Accept);
        await DeliveredAsync();
        int lost = _server.Taken.Sum(request => Math.Min(2, request.ResourceProfiles.Count));
        Assert.Equal((5 - lost, lost), (_ledger.Stored, _ledger.DeadLetters));
        Assert.Equal(5, _server.Taken.Sum(request => request.ResourceProfiles.Count));
        Assert.All(Refused, line => Assert.Equal("too old", JsonNode.Parse(line)!["reason"]!.GetValue<string>()));
    }

    [Fact]
    public async Task All_profiles_of_a_request_rejected_are_kept_with_their_documents()
    {
        _server.Reply = request => new ExportProfilesReply { PartialSuccess = new ProfilesPartialSuccess { RejectedProfiles = Profiles(request).Count(), ErrorMessage = "no" } };
        Accept(Encoding.UTF8.GetBytes(OfContainer));
        await DeliveredAsync();
        Assert.Equal((0, 1), (_ledger.Stored, _ledger.DeadLetters));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(OfContainer), JsonNode.Parse(Assert.Single(Refused))!["document"]));
    }

    [Fact]
    public async Task More_rejected_than_sent_and_a_receiver_without_profiles_are_no_delivery()
    {
        int requests = 0;
        _server.Instead = _ => ++requests == 1 ? new TestAnswer(404, "no such page") : null;
        _server.Reply = _ => requests == 2 ? new ExportProfilesReply { PartialSuccess = new ProfilesPartialSuccess { RejectedProfiles = 4 } } : new ExportProfilesReply();
        Accept(Encoding.UTF8.GetBytes(OfContainer));
        await DeliveredAsync();
        Assert.Equal((3, 1L, 0L), (requests, _ledger.Stored, _ledger.DeadLetters));
        Assert.Contains(_log, line => line.Contains("answers 404", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refusal_that_may_come_from_elsewhere_is_waited_for_and_the_receivers_own_is_not()
    {
        int requests = 0;
        _server.Instead = _ => ++requests <= 5 ? new TestAnswer(400, "Client sent an HTTP request to an HTTPS server.\n") { ContentType = "text/plain" } : null;
        Accept(Encoding.UTF8.GetBytes(OfContainer));
        await DeliveredAsync();
        Assert.Equal((1, 0), (_ledger.Stored, _ledger.DeadLetters));
        Assert.Equal(5, _sink.Requests(RequestResult.Failed));

        _server.Instead = _ => LogsServer.Refusal("bad data");
        Accept(Encoding.UTF8.GetBytes(OfContainer));
        await DeliveredAsync();
        Assert.Equal((1, 1), (_ledger.Stored, _ledger.DeadLetters));
        Assert.Equal(1, _sink.Requests(RequestResult.Refused));
        Assert.Equal($"{_server.Profiles} answers 400: bad data", JsonNode.Parse(Assert.Single(Refused))!["reason"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("""{"id":"0193653c-0000-7000-8000-000000000007","tracer_data":{"text":"an event"}}""")]
    [InlineData("""{"id":"x","tracer_data":{"profile_type":"a:b:c:d:e"}}""")]
    [InlineData("""{"id":"0193653c-0000-7000-8000-000000000007","tracer_data":{"profile_type":"a:b:c:d:e","samples":[{"stack":"p\tx","hits":1.5}]}}""")]
    [InlineData("""{"id":"0193653c-0000-7000-8000-000000000007","tracer_data":{"profile_type":"a:b:c:d:e","samples":[{"stack":7}]}}""")]
    public async Task What_is_no_profile_is_a_dead_letter_and_holds_up_nothing(string document)
    {
        Accept(Encoding.UTF8.GetBytes(document));
        Accept(Encoding.UTF8.GetBytes(OfContainer));
        await DeliveredAsync();
        Assert.Equal((1, 1), (_ledger.Stored, _ledger.DeadLetters));
        Assert.Contains("the document is no profile", Assert.Single(Refused), StringComparison.Ordinal);
        Assert.Single(Assert.Single(_server.Taken).ResourceProfiles);
    }

    [Fact]
    public void Damaged_documents_are_read_or_refused_and_nothing_else()
    {
        var random = new Random(7);
        byte[] whole = Encoding.UTF8.GetBytes(OfContainer);
        Assert.Equal(2, ProfileDocument.Read(whole)!.Samples.Count);
        int refused = 0;
        for (int i = 0; i < 5000; i++)
        {
            byte[] bytes = [.. whole];
            for (int k = random.Next(1, 4); k > 0; k--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            using var body = new RequestBody("", compress: false);
            var protocol = new OtlpProfilesProtocol([], "1");
            body.Begin();
            protocol.Begin(body);
            refused += protocol.Add(body, "profiler", bytes.AsSpan(0, random.Next(bytes.Length + 1))) is null ? 0 : 1;
            protocol.End(body);
            body.End();
            ExportProfilesRequest.Parser.ParseFrom(body.Written.Span);
        }
        Assert.InRange(refused, 1, 5000);
    }

    private static Profile Made(ProfileKind kind, int stacks)
    {
        var profile = new Profile(kind, new FrameTable()) { Start = DateTimeOffset.UnixEpoch.AddYears(50), Duration = TimeSpan.FromSeconds(10), PeriodNanoseconds = kind == ProfileKind.OnCpu ? 10_000_000 : 0 };
        for (int i = 0; i < stacks; i++)
        {
            Frame[] frames = [new($"web{i % 3}", "", FrameKind.Process), new("main", "web", FrameKind.User), new($"work <{i}> é", i % 2 == 0 ? "web" : "", FrameKind.User), new("do_syscall_64", "[kernel]", FrameKind.Kernel)];
            bool hasTime = kind.Units.Contains(ProfileUnit.Nanoseconds), hasAmount = kind.Amount is not null;
            Assert.True(profile.Stacks.Add([.. frames.Take(3 + (i % 2)).Select(frame => profile.Frames.Intern(frame))], i + 1, hasTime ? (i + 1) * 1_000_000_007L : 0, hasAmount ? (i + 1) * 4096L : 0));
        }
        return profile;
    }

    private static List<byte[]> Documents(Profile profile)
    {
        var kept = new KeptDocuments();
        var clock = new KernelClock();
        var output = new DocumentOutput(ProfileDocuments.Name, ProfileDocuments.Type, new Origin("n1", ""), clock, [kept]);
        new ProfileDocuments(output, clock, TimeProvider.System).Emit("test", null, profile);
        return kept.Documents;
    }

    private static IEnumerable<OtlpProfile> Profiles(ExportProfilesRequest request) => request.ResourceProfiles.SelectMany(resource => resource.ScopeProfiles).SelectMany(scope => scope.Profiles);

    // Of what a sample counts, pprof has a name for each profiler.
    private static IEnumerable<string> Stacks(Pprof.Profile told, int sum)
    {
        string type = sum == 0 ? "samples" : told.StringTable[(int)told.SampleType[sum].Type];
        // Documents name what a profiler is for as Pyroscope does.
        string name = type == "io" ? "delay" : type;
        Dictionary<ulong, Pprof.Location> places = told.Location.ToDictionary(place => place.Id);
        Dictionary<ulong, string> functions = told.Function.ToDictionary(function => function.Id, function => told.StringTable[(int)function.Name]);
        return told.Sample.Select(sample => $"{name}/{told.StringTable[(int)told.SampleType[sum].Unit]} {sample.Value[sum]} " + string.Join(" < ", sample.LocationId.Select(id =>
        {
            Pprof.Location place = places[id];
            string module = place.MappingId == 0 ? "" : told.StringTable[(int)told.Mapping.Single(one => one.Id == place.MappingId).Filename];
            return $"{functions[place.Line[0].FunctionId]}@{module}";
        })));
    }

    private static IEnumerable<string> Stacks(Proto.Dictionary tables, OtlpProfile profile) => profile.Samples.Select(sample =>
        $"{Name(tables, profile.SampleType)} {Assert.Single(sample.Values)} " + string.Join(" < ", tables.StackTable[sample.StackIndex].LocationIndices.Select(index =>
        {
            Location place = tables.LocationTable[index];
            return $"{tables.StringTable[tables.FunctionTable[Assert.Single(place.Lines).FunctionIndex].NameStrindex]}@{tables.StringTable[tables.MappingTable[place.MappingIndex].FilenameStrindex]}";
        })));

    private static string Name(Proto.Dictionary tables, Proto.ValueType type) => $"{tables.StringTable[type.TypeStrindex]}/{tables.StringTable[type.UnitStrindex]}";

    private static string Attribute(Proto.Dictionary tables, int index) => $"{tables.StringTable[tables.AttributeTable[index].KeyStrindex]}={tables.AttributeTable[index].Value.StringValue}";

    private void Accept(byte[] document)
    {
        _channel.Accept(document);
        _accepted++;
    }

    private async Task DeliveredAsync() => await SinkStand.Until(
        () =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return _ledger.Pending == 0;
        },
        "profiles stay pending");

    private sealed class KeptDocuments : IEventSink, IEventChannel
    {
        public List<byte[]> Documents { get; } = [];

        public string Name => "kept";

        public IEventChannel Open(string tracer, SinkLedger ledger) => this;

        public void Accept(ReadOnlySpan<byte> document) => Documents.Add(document.ToArray());

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
