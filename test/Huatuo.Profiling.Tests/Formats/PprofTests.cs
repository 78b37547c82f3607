using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Huatuo.Profiling.Formats;
using Huatuo.Profiling.Tests.Harness;

namespace Huatuo.Profiling.Tests.Formats;

/// <summary>What is written for pprof, read by code that protoc made of the format's definition.</summary>
public sealed class PprofTests
{
    [Fact]
    public void Stacks_values_and_names_come_back()
    {
        Proto.Profile read = Decode(Sample.Written(ProfileFormats.Pprof, Sample.Make()));

        Assert.Equal("", read.StringTable[0]);
        Assert.Equal(["samples/count", "cpu/nanoseconds"], read.SampleType.Select(type => $"{Text(read, type.Type)}/{Text(read, type.Unit)}"));
        Assert.Equal("cpu", Text(read, read.PeriodType.Type));
        Assert.Equal((Sample.Period, 1_700_000_000_123_000_000, 1_000_000_000), (read.Period, read.TimeNanos, read.DurationNanos));
        Assert.Equal(
            [
                "main < web|web=web|2|20000000",
                "Map<int, char>::at;x < main < web|web=web|3|30000000",
                "nf_hook < do_syscall_64 < main < web|web=web|1|10000000",
                "[unknown] < a & \"b\"|a & \"b\"=a & \"b\"|4|40000000",
            ],
            read.Sample.Select(sample => Line(read, sample)).Order(StringComparer.Ordinal).OrderBy(line => line.StartsWith('[')).ThenBy(line => line.Contains("Map", StringComparison.Ordinal) ? 1 : line.StartsWith("main", StringComparison.Ordinal) ? 0 : 2));
    }

    [Fact]
    public void A_message_is_the_same_in_JSON()
    {
        byte[] message = PprofFormat.Message(Sample.Make()).Written.ToArray();
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
            PprofJson.Write(message, json);
        Proto.Profile read = JsonParser.Default.Parse<Proto.Profile>(Encoding.UTF8.GetString(bytes.ToArray()));
        Assert.Equal(Proto.Profile.Parser.ParseFrom(message), read);
        Assert.NotEmpty(read.Mapping);
    }

    [Fact]
    public void Every_reference_leads_somewhere()
    {
        Proto.Profile read = Decode(Sample.Written(ProfileFormats.Pprof, Sample.Make()));
        HashSet<ulong> functions = [.. read.Function.Select(function => function.Id)], locations = [.. read.Location.Select(location => location.Id)], mappings = [.. read.Mapping.Select(mapping => mapping.Id)];

        Assert.DoesNotContain(0UL, functions.Concat(locations).Concat(mappings));
        Assert.All(read.Sample.SelectMany(sample => sample.LocationId), id => Assert.Contains(id, locations));
        Assert.All(read.Location.SelectMany(location => location.Line), line => Assert.Contains(line.FunctionId, functions));
        Assert.All(read.Location.Where(location => location.MappingId != 0), location => Assert.Contains(location.MappingId, mappings));
        Assert.Equal(["[kernel]", "[nf_tables]", "web"], read.Mapping.Select(mapping => Text(read, mapping.Filename)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_field_is_one_of_the_definitions()
    {
        byte[] bytes = Decompressed(Sample.Written(ProfileFormats.Pprof, Sample.Make()));
        Assert.Equal(Proto.Profile.Parser.ParseFrom(bytes).CalculateSize(), Proto.Profile.Parser.WithDiscardUnknownFields(true).ParseFrom(bytes).CalculateSize());
    }

    [Fact]
    public void Own_reader_and_collapsed_stacks_tell_the_same()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("a.pb.gz"), Sample.Written(ProfileFormats.Pprof, Sample.Make(ProfileKind.OffCpu)));
        FoldedProfile read = FoldedReader.Read(folder.File("a.pb.gz"));
        Assert.Equal("offcpu", read.Kind);
        Assert.Equal(
            ["a & \"b\";[unknown] 40000000", "web;main 20000000", "web;main;Map<int, char>::at;x 30000000", "web;main;do_syscall_64;nf_hook 10000000"],
            read.Stacks.Select(stack => $"{string.Join(';', stack.Frames)} {stack.Weight}").Order(StringComparer.Ordinal).OrderBy(line => line.Contains("nf_hook", StringComparison.Ordinal)));
    }

    [Fact]
    public void Damage_is_an_error_or_another_profile()
    {
        using var folder = new TemporaryFolder();
        byte[] whole = Decompressed(Sample.Written(ProfileFormats.Pprof, Sample.Make()));
        for (int seed = 0; seed < 2000; seed++)
        {
            File.WriteAllBytes(folder.File("damaged"), Mutation.Of(whole, seed));
            try
            {
                _ = new ProfileDifference(FoldedReader.Read(folder.File("damaged")), FoldedReader.Read(folder.File("damaged"))).Functions();
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    private static Proto.Profile Decode(byte[] bytes) => Proto.Profile.Parser.ParseFrom(Decompressed(bytes));

    private static byte[] Decompressed(byte[] bytes)
    {
        using var content = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var all = new MemoryStream();
        content.CopyTo(all);
        return all.ToArray();
    }

    private static string Line(Proto.Profile profile, Proto.Sample sample)
    {
        string stack = string.Join(" < ", sample.LocationId.Select(id => Text(profile, profile.Function.Single(function => function.Id == profile.Location.Single(location => location.Id == id).Line[0].FunctionId).Name)));
        Proto.Label label = Assert.Single(sample.Label);
        Assert.Equal("process", Text(profile, label.Key));
        string root = stack[(stack.LastIndexOf(" < ", StringComparison.Ordinal) + 3)..];
        return $"{stack}|{Text(profile, label.Str)}={root}|{sample.Value[0]}|{sample.Value[1]}";
    }

    private static string Text(Proto.Profile profile, long index) => profile.StringTable[(int)index];
}
