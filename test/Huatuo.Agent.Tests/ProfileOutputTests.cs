using Huatuo.Agent.Runtime;
using Huatuo.Profiling;
using Huatuo.Profiling.Formats;

namespace Huatuo.Agent.Tests;

/// <summary>What becomes of the file that a profile is to be written to.</summary>
public sealed class ProfileOutputTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("huatuo-profile-output-").FullName;

    private string FilePath => Path.Combine(_folder, "profile");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_that_was_made_for_a_profile_goes_without_one()
    {
        using (Open())
            Assert.True(File.Exists(FilePath));
        Assert.False(File.Exists(FilePath));
    }

    [Fact]
    public void A_file_that_was_there_is_as_it_was_without_a_profile()
    {
        File.WriteAllText(FilePath, "before");
        Open().Dispose();
        Assert.Equal("before", File.ReadAllText(FilePath));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_profile_takes_the_place_of_all_that_was_there(bool exists)
    {
        if (exists)
            File.WriteAllText(FilePath, new string('x', 1 << 16));
        Write();
        using var expected = new MemoryStream();
        ProfileFormats.Write(ProfileFormats.Json, Empty(), expected);
        Assert.Equal(expected.ToArray(), File.ReadAllBytes(FilePath));
    }

    [Fact]
    public void A_device_is_written_to_and_left_where_it_is()
    {
        File.CreateSymbolicLink(FilePath, "/dev/null");
        Open().Dispose();
        Write();
        Assert.Equal("/dev/null", new FileInfo(FilePath).LinkTarget);
    }

    [Fact]
    public void What_cannot_be_there_is_told_before_a_profile_is_taken() =>
        Assert.Throws<DirectoryNotFoundException>(() => ProfileOutput.Open(Path.Combine(_folder, "none", "profile"), "oncpu", ProfileFormats.Json, TimeProvider.System));

    private static Profile Empty() => new(ProfileKind.OnCpu, new FrameTable());

    private ProfileOutput Open() => ProfileOutput.Open(FilePath, "oncpu", ProfileFormats.Json, TimeProvider.System);

    private void Write()
    {
        using ProfileOutput output = Open();
        output.Write(Empty());
    }
}
