using System.Text;
using System.Text.Json;
using Huatuo.Profiling.Formats;
using Huatuo.Profiling.Tests.Harness;

namespace Huatuo.Profiling.Tests.Formats;

/// <summary>Profiles of bytes, and of both time and bytes.</summary>
public sealed class UnitTests
{
    private const long MiB = 1 << 20;

    [Fact]
    public void Memory_is_written_in_bytes()
    {
        Profile profile = Make(ProfileKind.AllocatedSpace);
        Assert.Equal($"app;main {3 * MiB}\napp;main;grow {5 * MiB}\n", Text(ProfileFormats.Collapsed, profile));

        JsonElement speedscope = JsonElement.Parse(Text(ProfileFormats.Speedscope, profile)).GetProperty("profiles")[0];
        Assert.Equal("bytes", speedscope.GetProperty("unit").GetString());
        Assert.Equal(8 * MiB, speedscope.GetProperty("endValue").GetInt64());
        Assert.Equal([3 * MiB, 5 * MiB], speedscope.GetProperty("weights").EnumerateArray().Select(weight => weight.GetInt64()));

        JsonElement json = JsonElement.Parse(Text(ProfileFormats.Json, profile));
        Assert.Equal(8 * MiB, json.GetProperty("total_bytes").GetInt64());
        Assert.False(json.TryGetProperty("total_ns", out _));
        JsonElement main = json.GetProperty("stacks")[0].GetProperty("children")[0];
        Assert.Equal((8 * MiB, 3 * MiB, 2), (main.GetProperty("total_bytes").GetInt64(), main.GetProperty("self_bytes").GetInt64(), main.GetProperty("self_count").GetInt64()));

        string svg = Text(ProfileFormats.Svg, profile);
        Assert.Contains("<text x=\"600\" y=\"24\" text-anchor=\"middle\" font-size=\"15\">alloc_space: 8 MiB</text>", svg, StringComparison.Ordinal);
        Assert.Contains("<title>grow (app): 5 MiB, 62.5 %</title>", svg, StringComparison.Ordinal);
        Assert.DoesNotContain(" ms,", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void Cycles_are_written_as_cycles_and_what_was_counted_is_said()
    {
        Profile profile = Make(ProfileKind.Cycles);
        Assert.Equal($"app;main {3 * MiB}\napp;main;grow {5 * MiB}\n", Text(ProfileFormats.Collapsed, profile));

        JsonElement speedscope = JsonElement.Parse(Text(ProfileFormats.Speedscope, profile)).GetProperty("profiles")[0];
        Assert.Equal(("none", 8 * MiB), (speedscope.GetProperty("unit").GetString(), speedscope.GetProperty("endValue").GetInt64()));

        JsonElement json = JsonElement.Parse(Text(ProfileFormats.Json, profile));
        Assert.Equal(("cycles", 8 * MiB), (json.GetProperty("event").GetString(), json.GetProperty("total_cycles").GetInt64()));
        Assert.Equal(["total_cycles"], Totals(json));
        Assert.Equal("cpu-clock", JsonElement.Parse(Text(ProfileFormats.Json, Make(ProfileKind.OnCpu))).GetProperty("event").GetString());
        Assert.False(JsonElement.Parse(Text(ProfileFormats.Json, Make(ProfileKind.Lock))).TryGetProperty("event", out _));

        string svg = Text(ProfileFormats.Svg, profile);
        Assert.Contains(">cycles: 8.389 Mcycles</text>", svg, StringComparison.Ordinal);
        Assert.Contains("<title>grow (app): 5.243 Mcycles, 62.5 %</title>", svg, StringComparison.Ordinal);

        Proto.Profile proto = Pprof(profile);
        Assert.Equal(["samples/count", "cycles/count"], Types(proto));
        Assert.Equal([[2, 3 * MiB], [1, 5 * MiB]], proto.Sample.Select(sample => sample.Value));
        Assert.Equal(["huatuo cycles, event cycles", "huatuo cpu, event cpu-clock", "huatuo lock"],
            ((Proto.Profile[])[proto, Pprof(Make(ProfileKind.OnCpu)), Pprof(Make(ProfileKind.Lock))]).Select(one => one.StringTable[(int)one.Comment.Single()]));
    }

    [Fact]
    public void Input_and_output_have_time_and_bytes_the_weight_first_in_JSON()
    {
        JsonElement time = JsonElement.Parse(Text(ProfileFormats.Json, Make(ProfileKind.IoTime))), bytes = JsonElement.Parse(Text(ProfileFormats.Json, Make(ProfileKind.IoBytes)));
        Assert.Equal((90, 8 * MiB), (time.GetProperty("total_ns").GetInt64(), time.GetProperty("total_bytes").GetInt64()));
        Assert.Equal(["total_ns", "total_bytes"], Totals(time));
        Assert.Equal(["total_bytes", "total_ns"], Totals(bytes));
        Assert.Equal("app;main 0\napp;main;grow 0\n", Text(ProfileFormats.Collapsed, Make(ProfileKind.IoTime)));
    }

    [Theory]
    [InlineData(false, "operations/count bytes/bytes io/nanoseconds", 90)]
    [InlineData(true, "operations/count time/nanoseconds io/bytes", 8 * MiB)]
    public void What_is_compared_is_the_last_value_of_pprof(bool isBytes, string types, long total)
    {
        using var folder = new TemporaryFolder();
        byte[] written = Sample.Written(ProfileFormats.Pprof, Make(isBytes ? ProfileKind.IoBytes : ProfileKind.IoTime));
        File.WriteAllBytes(folder.File("io.pb.gz"), written);
        FoldedProfile read = FoldedReader.Read(folder.File("io.pb.gz"));
        Assert.Equal("io", read.Kind);
        Assert.Equal(total, read.Stacks.Sum(stack => stack.Weight));

        Proto.Profile proto = Pprof(Make(isBytes ? ProfileKind.IoBytes : ProfileKind.IoTime));
        Assert.Equal(types.Split(' '), Types(proto));
        Assert.All(proto.Sample, sample => Assert.Equal(3, sample.Value.Count));
    }

    [Fact]
    public void What_is_let_go_is_in_no_format()
    {
        Profile profile = Make(ProfileKind.HeldSpace);
        profile.Stacks.AddTo(3, -1, 0, -5 * MiB);
        Assert.Equal($"app;main {3 * MiB}\n", Text(ProfileFormats.Collapsed, profile));
        Assert.DoesNotContain(">grow<", Text(ProfileFormats.Svg, profile), StringComparison.Ordinal);
        Assert.Equal(3 * MiB, JsonElement.Parse(Text(ProfileFormats.Json, profile)).GetProperty("total_bytes").GetInt64());
    }

    private static Profile Make(ProfileKind kind)
    {
        var profile = new Profile(kind, new FrameTable());
        int[] frames = [.. new Frame[] { new("app", "", FrameKind.Process), new("main", "app", FrameKind.User), new("grow", "app", FrameKind.User) }.Select(frame => profile.Frames.Intern(frame))];
        Assert.True(profile.Stacks.Add(frames[..2], 2, 30, 3 * MiB));
        Assert.True(profile.Stacks.Add(frames, 1, 60, 5 * MiB));
        return profile;
    }

    private static Proto.Profile Pprof(Profile profile)
    {
        using var content = new System.IO.Compression.GZipStream(new MemoryStream(Sample.Written(ProfileFormats.Pprof, profile)), System.IO.Compression.CompressionMode.Decompress);
        return Proto.Profile.Parser.ParseFrom(content);
    }

    private static IEnumerable<string> Types(Proto.Profile profile) => profile.SampleType.Select(type => $"{profile.StringTable[(int)type.Type]}/{profile.StringTable[(int)type.Unit]}");

    private static IEnumerable<string> Totals(JsonElement profile) => profile.EnumerateObject().Select(field => field.Name).Where(name => name.StartsWith("total", StringComparison.Ordinal));

    private static string Text(string format, Profile profile) => Encoding.UTF8.GetString(Sample.Written(format, profile));
}
