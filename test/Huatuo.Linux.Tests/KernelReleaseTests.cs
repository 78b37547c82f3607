using System.Text;

namespace Huatuo.Linux.Tests;

public class KernelReleaseTests
{
    [Theory]
    [InlineData("6.18.44-foo", 6, 18, 44)]
    [InlineData("5.10.0-46-cloud-amd64", 5, 10, 0)]
    [InlineData("6.18-rc1", 6, 18, 0)]
    [InlineData("7.3.4+deb13-cloud-amd64", 7, 3, 4)]
    [InlineData("6.1", 6, 1, 0)]
    public void Releases_are_parsed(string text, int major, int minor, int patch)
    {
        Assert.True(KernelRelease.TryParse(text, out var release));
        Assert.Equal(new KernelRelease(major, minor, patch, text), release);
        Assert.Equal(text, release.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("6")]
    [InlineData("6.")]
    [InlineData(".1")]
    [InlineData("6.1.")]
    [InlineData("6.1.x")]
    [InlineData("v6.1")]
    [InlineData("-6.1")]
    [InlineData("6.99999999999")]
    [InlineData(" 6.1")]
    public void Other_text_is_refused(string text)
    {
        Assert.False(KernelRelease.TryParse(text, out var release));
        Assert.Equal(default, release);
    }

    [Theory]
    [InlineData("5.12.0", true)]
    [InlineData("5.13.9", true)]
    [InlineData("6.1", true)]
    [InlineData("5.11.99", false)]
    [InlineData("4.19.1", false)]
    public void Versions_compare_by_number(string text, bool since)
    {
        Assert.True(KernelRelease.TryParse(text, out var release));
        Assert.Equal(since, release.Since(5, 12));
    }

    [Fact]
    public void The_file_is_read()
    {
        using var tree = new TreeFixture();
        Assert.False(KernelRelease.TryRead(out _, tree.Root));
        tree.Write("sys/kernel/osrelease", "6.18.44-foo\n");
        Assert.True(KernelRelease.TryRead(out var release, tree.Root));
        Assert.Equal(new KernelRelease(6, 18, 44, "6.18.44-foo"), release);

        Assert.True(KernelRelease.TryRead(out var here));
        Assert.Equal(Environment.OSVersion.Version.Major, here.Major);
        Assert.Equal(Environment.OSVersion.Version.Minor, here.Minor);
    }

    [Fact]
    public void Damaged_text_is_parsed_or_refused()
    {
        for (int seed = 0; seed < 5000; seed++)
        {
            string text = Encoding.Latin1.GetString(Mutation.Of("6.18.44-foo+1"u8, seed));
            if (KernelRelease.TryParse(text, out var release))
                Assert.StartsWith($"{text.Split('.')[0].TrimStart('0')}", release.Major == 0 ? "" : $"{release.Major}");
        }
    }
}
