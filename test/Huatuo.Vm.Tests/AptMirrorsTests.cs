namespace Huatuo.Vm.Tests;

public sealed class AptMirrorsTests
{
    private const string Deb822 = """
        Types: deb
        # a remark
        URIs: http://mirror.example/debian
        Suites: bookworm

        Types: deb
        URIs: http://mirror.example/debian-security
        """;

    private const string OneLine = """
        # deb http://old.example/debian bullseye main
        deb https://tools.example/apt stable main
        deb [arch=amd64 signed-by=/key.gpg] http://mirror.example/debian/ bookworm main
        deb http://mirror.example/debian-security bookworm-security main
        """;

    [Theory]
    [InlineData(Deb822)]
    [InlineData(OneLine)]
    public void BothFormatsAreRead(string text) =>
        Assert.Equal(new AptMirrors("http://mirror.example/debian", "http://mirror.example/debian-security"), AptMirrors.Parse(["", text]));

    [Fact]
    public void WithoutAMirrorThereIsNoKernel() =>
        Assert.Contains("/debian-security", Assert.Throws<VmException>(() => AptMirrors.Parse(["deb http://mirror.example/debian bookworm main"])).Message, StringComparison.Ordinal);

    [Fact]
    public void EveryReleaseWithKernelsIsASource() =>
        AssertSources(["S bullseye-security main", "S bookworm-security main", "S trixie-security main", "M bookworm-backports main", "M trixie-backports main", "M trixie main"], new AptMirrors("M", "S").ToKernels());

    [Fact]
    public void ReleasesWithNewerProgramsAreSourcesOfTheirOwn() => AssertSources(["M trixie main", "M forky main"], new AptMirrors("M", "S").ToPrograms());

    private static void AssertSources(string[] expected, string list)
    {
        string[] lines = list.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.StartsWith("deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ", line, StringComparison.Ordinal));
        Assert.Equal(expected, lines.Select(line => line[(line.IndexOf(']', StringComparison.Ordinal) + 2)..]));
    }
}
