using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Huatuo.Profiling.Formats;
using Huatuo.Profiling.Tests.Harness;

namespace Huatuo.Profiling.Tests.Formats;

public sealed class TextFormatsTests
{
    [Fact]
    public void Collapsed_stacks_are_lines_with_samples() => Assert.Equal(
        "web;main 2\nweb;main;Map<int, char>::at:x 3\nweb;main;do_syscall_64_[k];nf_hook_[k] 1\na & \"b\";[unknown] 4\n",
        Text(ProfileFormats.Collapsed, Sample.Make()));

    [Fact]
    public void Collapsed_waits_are_lines_with_microseconds() =>
        Assert.StartsWith("web;main 20000\n", Text(ProfileFormats.Collapsed, Sample.Make(ProfileKind.OffCpu)), StringComparison.Ordinal);

    [Fact]
    public void Speedscope_has_each_stack_with_its_time()
    {
        using JsonDocument document = JsonDocument.Parse(Sample.Written(ProfileFormats.Speedscope, Sample.Make()));
        JsonElement root = document.RootElement, frames = root.GetProperty("shared").GetProperty("frames"), profile = Assert.Single(root.GetProperty("profiles").EnumerateArray());
        Assert.Equal(("sampled", "nanoseconds", 0, 10 * Sample.Period), (profile.GetProperty("type").GetString(), profile.GetProperty("unit").GetString(), profile.GetProperty("startValue").GetInt64(), profile.GetProperty("endValue").GetInt64()));
        Assert.Equal("cpu", profile.GetProperty("name").GetString());
        string[] stacks = [.. profile.GetProperty("samples").EnumerateArray().Select(sample => string.Join(';', sample.EnumerateArray().Select(frame => frames[frame.GetInt32()].GetProperty("name").GetString())))];
        Assert.Equal(["web;main", "web;main;Map<int, char>::at;x", "web;main;do_syscall_64;nf_hook", "a & \"b\";[unknown]"], stacks);
        Assert.Equal([2, 3, 1, 4], profile.GetProperty("weights").EnumerateArray().Select(weight => weight.GetInt64() / Sample.Period));
    }

    [Fact]
    public void A_flame_graph_is_XML_whose_frames_are_as_wide_as_their_time()
    {
        XDocument svg = XDocument.Parse(Text(ProfileFormats.Svg, Sample.Make()));
        XNamespace ns = "http://www.w3.org/2000/svg";
        Dictionary<string, double> widths = svg.Descendants(ns + "g").Where(group => (string?)group.Attribute("class") == "f")
            .ToDictionary(group => (string)group.Attribute("data-n")!, group => double.Parse((string)group.Element(ns + "rect")!.Attribute("width")!, CultureInfo.InvariantCulture) / 1180);
        Assert.Equal(
            [("all", 1), ("a & \"b\"", 0.4), ("[unknown]", 0.4), ("web", 0.6), ("main", 0.6), ("Map<int, char>::at;x", 0.3), ("do_syscall_64", 0.1), ("nf_hook", 0.1)],
            widths.Select(frame => (frame.Key, Math.Round(frame.Value, 3))));
        Assert.Contains("web (web): ", svg.Descendants(ns + "title").Select(title => title.Value.Replace("main", "web", StringComparison.Ordinal)).Single(title => title.Contains("60 ms", StringComparison.Ordinal) && title.Contains("(web)", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain("http", svg.ToString().Replace(ns.NamespaceName, "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_XML_cannot_hold_are_replaced()
    {
        var profile = new Profile(ProfileKind.OnCpu, new FrameTable());
        profile.Stacks.Add([profile.Frames.Intern(new Frame("\u0001\ud800<]]>", "", FrameKind.User))], 1, 1);
        XDocument svg = XDocument.Parse(Text(ProfileFormats.Svg, profile));
        Assert.Contains(svg.Descendants(), element => (string?)element.Attribute("data-n") == "?\ufffd<]]>");
    }

    [Fact]
    public void The_tree_has_own_and_all_time_the_longest_first()
    {
        using JsonDocument document = JsonDocument.Parse(Sample.Written(ProfileFormats.Json, Sample.Make()));
        JsonElement web = document.RootElement.GetProperty("stacks")[0];
        Assert.Equal(("web", "process", 6 * Sample.Period), (web.GetProperty("name").GetString(), web.GetProperty("kind").GetString(), web.GetProperty("total_ns").GetInt64()));
        JsonElement main = web.GetProperty("children")[0];
        Assert.Equal((6 * Sample.Period, 2 * Sample.Period, 2), (main.GetProperty("total_ns").GetInt64(), main.GetProperty("self_ns").GetInt64(), main.GetProperty("self_count").GetInt32()));
        Assert.Equal(["Map<int, char>::at;x", "do_syscall_64"], main.GetProperty("children").EnumerateArray().Select(child => child.GetProperty("name").GetString()!));
        Assert.Equal(10 * Sample.Period, document.RootElement.GetProperty("total_ns").GetInt64());
    }

    [Fact]
    public void A_stack_of_the_deepest_kind_can_be_written_in_every_format()
    {
        var profile = new Profile(ProfileKind.OnCpu, new FrameTable());
        profile.Stacks.Add([.. Enumerable.Range(0, 258).Select(i => profile.Frames.Intern(new Frame($"f{i}", "m", FrameKind.User)))], 1, 1000);
        foreach (string format in ProfileFormats.Names)
            Assert.NotEmpty(Sample.Written(format, profile));
    }

    [Fact]
    public void A_profile_without_samples_can_be_written_in_every_format()
    {
        foreach (string format in ProfileFormats.Names)
            _ = Sample.Written(format, new Profile(ProfileKind.OnCpu, new FrameTable()));
    }

    private static string Text(string format, Profile profile) => Encoding.UTF8.GetString(Sample.Written(format, profile));
}
