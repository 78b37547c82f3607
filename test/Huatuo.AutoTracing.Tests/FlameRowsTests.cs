using System.Text;
using Huatuo.AutoTracing.Capturing;
using Huatuo.Profiling;

namespace Huatuo.AutoTracing.Tests;

public sealed class FlameRowsTests
{
    [Fact]
    public void Rows_are_a_walk_through_the_tree_and_the_smallest_go_first()
    {
        var profile = new Profile(ProfileKind.OnCpu, new FrameTable());
        Add(profile, 5, "a", "x");
        Add(profile, 2, "a");
        Add(profile, 9, "b", "y");
        Add(profile, 1, "b", "z");
        FlameData whole = FlameRows.Of(profile);
        Assert.Equal(["0 all 17/0", "1 b 10/0", "2 y 9/9", "2 z 1/1", "1 a 7/2", "2 x 5/5"], whole.Rows.Select(Text));
        Assert.Equal((17, 0), (whole.Samples, whole.Omitted));

        FlameData cut = FlameRows.Of(profile, most: 4);
        Assert.Equal(["0 all 17/0", "1 b 10/1", "2 y 9/9", "1 a 7/7"], cut.Rows.Select(Text));
        Assert.Equal((17, 2), (cut.Samples, cut.Omitted));
    }

    [Fact]
    public void Rows_sum_what_is_asked_for()
    {
        var profile = new Profile(ProfileKind.IoBytes, new FrameTable());
        profile.Stacks.Add([profile.Frames.Intern(new Frame("dd", "", FrameKind.Process)), profile.Frames.Intern(new Frame("[write]", "", FrameKind.Reason))], 2, 10, 8192);
        profile.Stacks.Add([profile.Frames.Intern(new Frame("dd", "", FrameKind.Process)), profile.Frames.Intern(new Frame("[flush]", "", FrameKind.Reason))], 1, 99);
        FlameData bytes = FlameRows.Of(profile, unit: ProfileUnit.Bytes);
        Assert.Equal(["0 all 8192/0", "1 dd 8192/0", "2 [write] 8192/8192"], bytes.Rows.Select(Text));
        Assert.Equal((3, 0), (bytes.Samples, bytes.Omitted));
    }

    private static void Add(Profile profile, long count, params string[] functions) =>
        profile.Stacks.Add([.. functions.Select(name => profile.Frames.Intern(new Frame(name, "", FrameKind.User)))], count, 0);

    private static string Text(FlameRow row) => $"{row.Level} {Encoding.UTF8.GetString(row.Label)} {row.Value}/{row.Self}";
}
