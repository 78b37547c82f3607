using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Huatuo.Flow.Containers;
using Huatuo.Http.Api.Profiles;
using Huatuo.Http.Security;
using Huatuo.Profiling;
using Querier.V1;
using Pprof = Huatuo.Profiling.Tests.Formats.Proto;

namespace Huatuo.Http.Tests.Api;

/// <summary>Stored profiles through the API, and as Grafana's data source asks for them.</summary>
public sealed class ProfilesTests : IAsyncLifetime
{
    private const string Id = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", Cpu = "process_cpu:cpu:nanoseconds:cpu:nanoseconds", Service = "/querier.v1.QuerierService/";

    // A whole minute some minutes ago, so that steps of a minute begin there.
    private static readonly DateTimeOffset s_began = DateTimeOffset.FromUnixTimeSeconds((TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 60 - 10) * 60);

    private ApiStand _stand = null!;

    public async ValueTask InitializeAsync()
    {
        _stand = await ApiStand.StartAsync();
        Container container = Cgroup.Of("/docker/" + Id).Container!;
        await _stand.StoreAsync(Busy(ProfileKind.OnCpu, 3), s_began.AddSeconds(5));
        await _stand.StoreAsync(Busy(ProfileKind.OnCpu, 5), s_began.AddSeconds(65));
        await _stand.StoreAsync(Busy(ProfileKind.OnCpu, 7), s_began.AddSeconds(65), container);
        await _stand.StoreAsync(Busy(ProfileKind.OffCpu, 11), s_began.AddSeconds(125));
    }

    public ValueTask DisposeAsync() => _stand.DisposeAsync();

    [Fact]
    public async Task The_list_tells_when_and_of_what()
    {
        JsonElement page = await _stand.GetAsync("/api/v1/profiles");
        Assert.Equal([("offcpu", "host", 12), ("oncpu", Id, 8), ("oncpu", "host", 6), ("oncpu", "host", 4)], page.GetProperty("items").EnumerateArray().Select(item =>
            (item.GetProperty("labels").GetProperty("profiler").GetString()!, item.GetProperty("labels").GetProperty("service_name").GetString()!, item.GetProperty("samples").GetInt32())));
        Assert.All(page.GetProperty("items").EnumerateArray(), item => Assert.Equal(10_000_000_000, item.GetProperty("duration_ns").GetInt64()));
        page = await _stand.GetAsync("/api/v1/profiles?limit=1");
        Assert.Single(page.GetProperty("items").EnumerateArray());
        page = await _stand.GetAsync($"/api/v1/profiles?limit=3&cursor={page.GetProperty("next_cursor").GetString()}&container={Id[..12]}");
        Assert.Equal(Id, Assert.Single(page.GetProperty("items").EnumerateArray()).GetProperty("labels").GetProperty("container_id").GetString());
    }

    [Fact]
    public async Task Labels_are_those_of_what_is_stored()
    {
        JsonElement labels = await _stand.GetAsync("/api/v1/profiles/labels?label=profiler=oncpu");
        Assert.Equal(["container_id", "hostname", "profile_type", "profiler", "service_name"], labels.EnumerateObject().Select(label => label.Name));
        Assert.Equal([Id, "host"], labels.GetProperty("service_name").EnumerateArray().Select(value => value.GetString()));
    }

    [Theory]
    [InlineData("", 15 + 3)]
    [InlineData("&label=service_name=host", 8 + 2)]
    [InlineData("&container=aaaaaaaaaaaa", 7 + 1)]
    [InlineData("&profiler=offcpu", 11 + 1)]
    public async Task A_range_is_added_up_by_labels(string conditions, long samples)
    {
        JsonElement merged = await _stand.GetAsync("/api/v1/profiles/merge?format=json" + conditions);
        Assert.Equal(samples * 1000, merged.GetProperty("total_ns").GetInt64());
    }

    [Fact]
    public async Task A_range_is_added_up_by_time()
    {
        string until = Uri.EscapeDataString(s_began.AddSeconds(30).ToString("yyyy-MM-ddTHH:mm:ssZ"));
        JsonElement merged = await _stand.GetAsync($"/api/v1/profiles/merge?format=json&until={until}");
        Assert.Equal((4000L, 10_000_000_000L), (merged.GetProperty("total_ns").GetInt64(), merged.GetProperty("duration_ns").GetInt64()));
    }

    [Theory]
    [InlineData("pprof", "application/octet-stream")]
    [InlineData("collapsed", "text/plain; charset=utf-8")]
    [InlineData("speedscope", "application/json")]
    [InlineData("svg", "image/svg+xml")]
    public async Task Each_format_has_the_functions(string format, string type)
    {
        using HttpResponseMessage answer = await _stand.SendAsync("GET", $"/api/v1/profiles/merge?format={format}", _stand.Token(Scope.Read));
        Assert.Equal((HttpStatusCode.OK, type), (answer.StatusCode, answer.Content.Headers.ContentType!.ToString()));
        Stream body = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        using var reader = new StreamReader(format == "pprof" ? new GZipStream(body, CompressionMode.Decompress) : body);
        string text = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Contains("busy", text, StringComparison.Ordinal);
        Assert.Contains("spin", text, StringComparison.Ordinal);
        if (format == "collapsed")
            Assert.Equal("busy;spin 15\nbusy;spin;read_[k] 3\n", text);
    }

    [Theory]
    [InlineData("/api/v1/profiles/merge?format=xml", 400)]
    [InlineData("/api/v1/profiles/merge?label=nothing", 400)]
    [InlineData("/api/v1/profiles/merge?since=never", 400)]
    [InlineData("/api/v1/profiles/merge?profiler=nothing", 404)]
    [InlineData("/api/v1/profiles?limit=0", 400)]
    public async Task What_is_not_right_is_refused(string path, int status) => await _stand.GetAsync(path, status);

    [Fact]
    public async Task Without_a_store_it_is_said_how_to_have_one()
    {
        await using ApiStand none = await ApiStand.StartAsync(stores: false);
        JsonElement answer = await none.GetAsync("/api/v1/profiles", 503);
        Assert.Contains("profiling.enabled", answer.GetProperty("error").GetProperty("hint").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/v1/profiles/flamegraph")]
    public async Task Types_are_told_in_messages(string prefix)
    {
        ProfileTypesResponse types = ProfileTypesResponse.Parser.ParseFrom(await CallAsync(prefix + Service + "ProfileTypes", new ProfileTypesRequest { Start = Ms(0), End = Ms(9) }));
        Assert.Equal([Cpu, "process_offcpu:offcpu:nanoseconds:offcpu:nanoseconds"], types.ProfileTypes.Select(type => type.ID).Order(StringComparer.Ordinal));
        ProfileType cpu = types.ProfileTypes.Single(type => type.ID == Cpu);
        Assert.Equal(("process_cpu", "cpu", "nanoseconds", "cpu", "nanoseconds"), (cpu.Name, cpu.SampleType, cpu.SampleUnit, cpu.PeriodType, cpu.PeriodUnit));
    }

    [Fact]
    public async Task Labels_are_told_in_messages()
    {
        LabelResponse names = LabelResponse.Parser.ParseFrom(await CallAsync(Service + "LabelNames", new LabelNamesRequest { Start = Ms(0), End = Ms(9), Matchers = { $"{{__profile_type__=\"{Cpu}\"}}" } }));
        Assert.Equal(["container_id", "hostname", "__profile_type__", "profiler", "service_name"], names.Names);
        LabelResponse values = LabelResponse.Parser.ParseFrom(await CallAsync(Service + "LabelValues", new LabelValuesRequest { Name = "service_name", Start = Ms(0), End = Ms(9) }));
        Assert.Equal([Id, "host"], values.Names);
        SeriesResponse sets = SeriesResponse.Parser.ParseFrom(await CallAsync(Service + "Series", new SeriesRequest { LabelNames = { "service_name", "__profile_type__" }, Start = Ms(0), End = Ms(9) }));
        Assert.Equal(3, sets.LabelsSet.Count);
    }

    [Fact]
    public async Task A_flame_graph_is_levels_of_offsets()
    {
        FlameGraph graph = SelectMergeStacktracesResponse.Parser.ParseFrom(await CallAsync(
            Service + "SelectMergeStacktraces", new SelectMergeStacktracesRequest { ProfileTypeID = Cpu, LabelSelector = "{service_name=\"host\"}", Start = Ms(0), End = Ms(9) })).Flamegraph;
        Assert.Equal((10_000L, 8000L), (graph.Total, graph.MaxSelf));
        Assert.Equal(["total", "busy", "spin", "read"], graph.Names);
        Assert.Equal(["0 10000 0 0", "0 10000 0 1", "0 10000 8000 2", "0 2000 2000 3"], graph.Levels.Select(level => string.Join(' ', level.Values)));

        FlameGraph small = SelectMergeStacktracesResponse.Parser.ParseFrom(await CallAsync(
            Service + "SelectMergeStacktraces", new SelectMergeStacktracesRequest { ProfileTypeID = Cpu, LabelSelector = "{service_name=\"host\"}", Start = Ms(0), End = Ms(9), MaxNodes = 3 })).Flamegraph;
        Assert.Equal(["total", "busy", "spin", "other"], small.Names);
        Assert.Equal(10_000, small.Total);
    }

    [Theory]
    [InlineData(Cpu, "cpu/nanoseconds", 8000, 2000)]
    [InlineData("process_lock:contentions:count:lock:nanoseconds", "contentions/count", 3, 1)]
    [InlineData("", "samples/count cpu/nanoseconds", 8, 2)]
    public async Task A_merged_profile_is_a_message_of_pprof_with_the_value_that_was_asked_for(string type, string values, long spin, long read)
    {
        await _stand.StoreAsync(Busy(ProfileKind.Lock, 3), s_began.AddSeconds(5));
        string selector = $"{{service_name=\"host\",profiler=\"{(type.Contains("lock", StringComparison.Ordinal) ? "lock" : "oncpu")}\"}}";
        var request = new SelectMergeProfileRequest { ProfileTypeID = type, LabelSelector = selector, Start = Ms(0), End = Ms(9) };
        Pprof.Profile profile = Pprof.Profile.Parser.ParseFrom(await CallAsync(Service + "SelectMergeProfile", request));
        string Text(long index) => profile.StringTable[(int)index];
        Assert.Equal(values, string.Join(' ', profile.SampleType.Select(value => $"{Text(value.Type)}/{Text(value.Unit)}")));
        Assert.Equal([("read", read), ("spin", spin)], profile.Sample.Select(sample => (Text(profile.Function.Single(function => function.Id == sample.LocationId[0]).Name), sample.Value[0])).Order());

        using var content = new StringContent(JsonFormatter.Default.Format(request), Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await _stand.SendAsync("POST", Service + "SelectMergeProfile", _stand.Token(Scope.Read), content);
        Assert.Equal(profile, JsonParser.Default.Parse<Pprof.Profile>(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task A_merged_profile_of_nothing_is_empty()
    {
        var request = new SelectMergeProfileRequest { ProfileTypeID = Cpu, LabelSelector = "{service_name=\"none\"}", Start = Ms(0), End = Ms(9) };
        Assert.Empty(await CallAsync(Service + "SelectMergeProfile", request));
    }

    [Fact]
    public async Task Series_are_sums_of_steps()
    {
        SelectSeriesResponse answer = SelectSeriesResponse.Parser.ParseFrom(await CallAsync(
            Service + "SelectSeries", new SelectSeriesRequest { ProfileTypeID = Cpu, LabelSelector = "{}", Start = Ms(0), End = Ms(9), GroupBy = { "service_name" }, Step = 60 }));
        Assert.Equal([Id, "host"], answer.Series.Select(series => Assert.Single(series.Labels).Value));
        Assert.Equal([(Ms(1), 8000.0)], answer.Series[0].Points.Select(point => (point.Timestamp, point.Value)));
        Assert.Equal([(Ms(0), 4000.0), (Ms(1), 6000.0)], answer.Series[1].Points.Select(point => (point.Timestamp, point.Value)));
    }

    [Fact]
    public async Task Of_more_series_than_are_asked_for_the_largest_are_told()
    {
        var request = new SelectSeriesRequest { ProfileTypeID = Cpu, LabelSelector = "{}", Start = Ms(0), End = Ms(9), GroupBy = { "service_name" }, Step = 15, Limit = 1 };
        SelectSeriesResponse answer = SelectSeriesResponse.Parser.ParseFrom(await CallAsync(Service + "SelectSeries", request));
        Assert.Equal("host", Assert.Single(Assert.Single(answer.Series).Labels).Value);
        request.Limit = 2;
        Assert.Equal(2, SelectSeriesResponse.Parser.ParseFrom(await CallAsync(Service + "SelectSeries", request)).Series.Count);
    }

    [Fact]
    public async Task It_is_told_from_when_on_there_are_profiles()
    {
        GetProfileStatsResponse stats = GetProfileStatsResponse.Parser.ParseFrom(await CallAsync(Service + "GetProfileStats", new GetProfileStatsRequest()));
        Assert.True(stats.DataIngested);
        // To a second, as the kernel's clock is set against that of time.
        Assert.InRange(stats.OldestProfileTime - s_began.AddSeconds(5).ToUnixTimeMilliseconds(), -1000, 1000);
        Assert.InRange(stats.NewestProfileTime - s_began.AddSeconds(125).ToUnixTimeMilliseconds(), -1000, 1000);
    }

    /// <summary>A call as connect-go makes it, with all that Grafana's data source sends.</summary>
    [Theory]
    [InlineData("application/proto")]
    [InlineData("application/json")]
    public async Task Calls_of_Grafana_are_answered_compressed_or_not(string type)
    {
        (string Method, IMessage Request)[] calls =
        [
            ("ProfileTypes", new ProfileTypesRequest()),
            ("ProfileTypes", new ProfileTypesRequest { Start = Ms(0), End = Ms(9) }),
            ("LabelNames", new LabelNamesRequest { Matchers = { "{}" }, Start = Ms(0), End = Ms(9) }),
            ("LabelNames", new LabelNamesRequest { Matchers = { "" }, Start = Ms(0), End = Ms(9) }),
            ("LabelValues", new LabelValuesRequest { Name = "service_name", Matchers = { "{service_name=\"host\", }" }, Start = Ms(0), End = Ms(9) }),
            ("SelectSeries", new SelectSeriesRequest { ProfileTypeID = Cpu, LabelSelector = "{service_name=\"host\"}", Start = Ms(0), End = Ms(9), Step = 15, Limit = 10 }),
            ("SelectMergeStacktraces", new SelectMergeStacktracesRequest { ProfileTypeID = Cpu, LabelSelector = "{service_name=\"host\"}", Start = Ms(0), End = Ms(9), MaxNodes = 16384 }),
            ("SelectMergeProfile", new SelectMergeProfileRequest { ProfileTypeID = Cpu, LabelSelector = "{}", Start = Ms(0), End = Ms(9) }),
            ("GetProfileStats", new GetProfileStatsRequest()),
        ];
        foreach ((string method, IMessage request) in calls)
        {
            byte[] plain = type == "application/proto" ? request.ToByteArray() : Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(request));
            string? first = null;
            foreach (bool isCompressed in (bool[])[false, true])
            {
                using var content = new ByteArrayContent(isCompressed ? Gzip(plain) : plain);
                content.Headers.ContentType = new MediaTypeHeaderValue(type);
                content.Headers.Add("Connect-Protocol-Version", "1");
                content.Headers.Add("Connect-Timeout-Ms", "30000");
                if (isCompressed)
                    content.Headers.ContentEncoding.Add("gzip");
                using HttpResponseMessage answer = await _stand.SendAsync("POST", Service + method, _stand.Token(Scope.Read), content);
                string body = Convert.ToHexString(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
                Assert.True(answer.StatusCode == HttpStatusCode.OK, method + await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
                Assert.Equal(type, answer.Content.Headers.ContentType!.MediaType);
                Assert.NotEmpty(body);
                Assert.Equal(first ??= body, body);
            }
        }
    }

    [Fact]
    public async Task A_refusal_is_one_of_Connect_too()
    {
        using var content = new StringContent($"{{\"profileTypeID\":\"{Cpu}\",\"start\":\"1\",\"end\":\"2\"}}", Encoding.UTF8, "application/json");
        using HttpResponseMessage answer = await _stand.SendAsync("POST", Service + "SelectSeries", _stand.Token(Scope.Read), content);
        JsonElement body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_argument", "bad_request"), (answer.StatusCode, body.GetProperty("code").GetString(), body.GetProperty("error").GetProperty("code").GetString()));
        Assert.StartsWith("this is no request of SelectSeries: step is not more than 0", body.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static byte[] Gzip(byte[] plain)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
            gzip.Write(plain);
        return compressed.ToArray();
    }

    [Fact]
    public async Task A_profile_that_sums_several_things_has_a_type_for_each()
    {
        const string delay = "process_lock:delay:nanoseconds:lock:nanoseconds", contentions = "process_lock:contentions:count:lock:nanoseconds", bytes = "process_io:bytes:bytes:io:nanoseconds";
        await _stand.StoreAsync(Busy(ProfileKind.Lock, 3), s_began.AddSeconds(5));
        await _stand.StoreAsync(Busy(ProfileKind.IoTime, 4), s_began.AddSeconds(5));
        ProfileTypesResponse types = ProfileTypesResponse.Parser.ParseFrom(await CallAsync(Service + "ProfileTypes", new ProfileTypesRequest { Start = Ms(0), End = Ms(9) }));
        Assert.Superset(new HashSet<string> { delay, contentions, bytes, "process_io:delay:nanoseconds:io:nanoseconds", "process_io:operations:count:io:nanoseconds" }, types.ProfileTypes.Select(type => type.ID).ToHashSet());
        Assert.Equal(2 + 2 + 3, types.ProfileTypes.Count);
        Assert.Equal((4000L, 3000L), await TotalAsync(delay));
        Assert.Equal((4L, 3L), await TotalAsync(contentions));
        Assert.Equal((400L, 400L), await TotalAsync(bytes));
        LabelResponse services = LabelResponse.Parser.ParseFrom(await CallAsync(Service + "LabelValues", new LabelValuesRequest { Name = "service_name", Start = Ms(0), End = Ms(9), Matchers = { $"{{__profile_type__=\"{contentions}\"}}" } }));
        Assert.Equal(["host"], services.Names);
        SelectSeriesResponse series = SelectSeriesResponse.Parser.ParseFrom(await CallAsync(
            Service + "SelectSeries", new SelectSeriesRequest { ProfileTypeID = contentions, LabelSelector = "{}", Start = Ms(0), End = Ms(9), Step = 60 }));
        Assert.Equal(4.0, Assert.Single(Assert.Single(series.Series).Points).Value);
        JsonElement listed = await _stand.GetAsync("/api/v1/profiles?label=profiler=io");
        Assert.Equal((5000L, 400L), (Assert.Single(listed.GetProperty("items").EnumerateArray()).GetProperty("total_ns").GetInt64(), listed.GetProperty("items")[0].GetProperty("total_bytes").GetInt64()));
    }

    [Fact]
    public async Task Of_what_is_held_the_last_profile_of_a_range_or_step_is_told()
    {
        const string held = "memory:inuse_space:bytes:space:bytes";
        foreach ((long count, int second) in ((long, int)[])[(3, 5), (7, 15), (5, 65)])
            await _stand.StoreAsync(Busy(ProfileKind.HeldSpace, count), s_began.AddSeconds(second));
        Assert.Equal((500L, 500L), await TotalAsync(held));
        SelectSeriesResponse series = SelectSeriesResponse.Parser.ParseFrom(await CallAsync(
            Service + "SelectSeries", new SelectSeriesRequest { ProfileTypeID = held, LabelSelector = "{}", Start = Ms(0), End = Ms(9), Step = 60 }));
        Assert.Equal([(Ms(0), 700.0), (Ms(1), 500.0)], Assert.Single(series.Series).Points.Select(point => (point.Timestamp, point.Value)));
        JsonElement merged = await _stand.GetAsync("/api/v1/profiles/merge?format=json&profiler=memory");
        Assert.Equal(500, merged.GetProperty("total_bytes").GetInt64());
    }

    [Fact]
    public async Task The_same_is_told_in_JSON()
    {
        string request = $$"""{"profileTypeID":"{{Cpu}}","labelSelector":"{container_id=~\"a+\"}","start":"{{Ms(0)}}","end":{{Ms(9)}}}""";
        using HttpResponseMessage answer = await _stand.SendAsync("POST", Service + "SelectMergeStacktraces", _stand.Token(Scope.Read), new StringContent(request, Encoding.UTF8, "application/json"));
        string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(
            """{"flamegraph":{"names":["total","busy","spin","read"],"levels":[{"values":["0","8000","0","0"]},{"values":["0","8000","0","1"]},{"values":["0","8000","7000","2"]},{"values":["0","1000","1000","3"]}],"total":"8000","maxSelf":"7000"}}""",
            text);
    }

    [Theory]
    [InlineData("application/json", "[]")]
    [InlineData("application/json", "{\"labelSelector\":\"{a=b}\"}")]
    [InlineData("application/json", "{\"labelSelector\":\"{a=~\\\"(\\\"}\"}")]
    [InlineData("application/proto", "\u000a")]
    [InlineData("text/plain", "{}")]
    public async Task What_is_no_request_is_refused(string type, string body)
    {
        using var content = new StringContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        using HttpResponseMessage answer = await _stand.SendAsync("POST", Service + "SelectMergeStacktraces", _stand.Token(Scope.Read), content);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("{}", "")]
    [InlineData(" { a = \"1\" , b!=\"2\", c=~\"x|y\",d!~\"z.*\"}", "a=1 b!=2 c~ d!~")]
    [InlineData("{a=\"q\\\"uo\\\\te\"}", "a=q\"uo\\te")]
    public void Selectors_are_read(string text, string conditions) => Assert.Equal(conditions, string.Join(' ', LabelSelector.Read(text).Select(condition =>
        condition.Name + (condition.IsNegated ? "!" : condition.Pattern is null ? "=" : "") + (condition.Pattern is null ? (condition.IsNegated ? "=" : "") + condition.Value : "~"))));

    private static long Ms(int minute) => s_began.AddMinutes(minute).ToUnixTimeMilliseconds();

    private static Profile Busy(ProfileKind kind, long count)
    {
        var profile = new Profile(kind, new FrameTable()) { Duration = TimeSpan.FromSeconds(10), PeriodNanoseconds = 1000 };
        int process = profile.Frames.Intern(new Frame("busy", "", FrameKind.Process)), spin = profile.Frames.Intern(new Frame("spin", "busy", FrameKind.User));
        profile.Stacks.Add([process, spin], count, count * 1000, kind.Units.Contains(ProfileUnit.Bytes) ? count * 100 : 0);
        profile.Stacks.Add([process, spin, profile.Frames.Intern(new Frame("read", "[kernel]", FrameKind.Kernel))], 1, 1000);
        return profile;
    }

    private async Task<(long Total, long MaxSelf)> TotalAsync(string type)
    {
        FlameGraph graph = SelectMergeStacktracesResponse.Parser.ParseFrom(await CallAsync(
            Service + "SelectMergeStacktraces", new SelectMergeStacktracesRequest { ProfileTypeID = type, LabelSelector = "{}", Start = Ms(0), End = Ms(9) })).Flamegraph;
        return (graph.Total, graph.MaxSelf);
    }

    private async Task<byte[]> CallAsync(string path, IMessage request)
    {
        using var content = new ByteArrayContent(request.ToByteArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/proto");
        using HttpResponseMessage answer = await _stand.SendAsync("POST", path, _stand.Token(Scope.Read), content);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("application/proto", answer.Content.Headers.ContentType!.ToString());
        return await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
    }
}
