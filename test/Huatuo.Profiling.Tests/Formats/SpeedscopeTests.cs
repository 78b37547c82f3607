using System.Text;
using Huatuo.Profiling.Formats;
using Huatuo.Profiling.Tests.Harness;

namespace Huatuo.Profiling.Tests.Formats;

/// <summary>Files for speedscope, by speedscope's own schema.</summary>
public sealed class SpeedscopeTests
{
    public static TheoryData<int> Kinds => [.. Enumerable.Range(0, All.Length)];

    private static ProfileKind[] All { get; } =
    [
        ProfileKind.OnCpu, ProfileKind.Cycles, ProfileKind.OffCpu, ProfileKind.VirtualSpace, ProfileKind.AllocatedSpace, ProfileKind.HeldSpace, ProfileKind.IoTime, ProfileKind.IoBytes, ProfileKind.Lock,
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_profile_of_each_kind_fits_the_schema(int kind) => AssertFits(Sample.Make(All[kind]));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_profile_without_samples_fits_it(int kind) => AssertFits(new Profile(All[kind], new FrameTable()));

    [Fact]
    public void Names_of_any_characters_fit_it()
    {
        foreach (string name in (string[])["", "\"quoted\\ \u0001\0\t\n", "\ud83d\udd25 \u202e\uffff", "half \ud800", "\udc00 half", "</script><!-- ]]>"])
        {
            var profile = new Profile(ProfileKind.OnCpu, new FrameTable());
            profile.Stacks.Add([profile.Frames.Intern(new Frame(name, name, FrameKind.User))], 1, long.MaxValue);
            AssertFits(profile);
        }
    }

    [Theory]
    [InlineData("\"unit\":\"nanoseconds\"", "\"unit\":\"ns\"")]
    [InlineData("\"file\":", "\"filename\":")]
    [InlineData("\"weights\":", "\"weight\":")]
    [InlineData("\"exporter\":\"huatuo\"", "\"exporter\":1")]
    public void The_schema_refuses_another_file(string right, string wrong)
    {
        string file = Encoding.UTF8.GetString(Sample.Written(ProfileFormats.Speedscope, Sample.Make()));
        Assert.Contains(right, file, StringComparison.Ordinal);
        Assert.NotNull(Speedscope.Fault(Encoding.UTF8.GetBytes(file.Replace(right, wrong, StringComparison.Ordinal))));
    }

    private static void AssertFits(Profile profile) => Assert.Null(Speedscope.Fault(Sample.Written(ProfileFormats.Speedscope, profile)));
}
