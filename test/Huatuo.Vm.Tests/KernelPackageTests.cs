namespace Huatuo.Vm.Tests;

public sealed class KernelPackageTests
{
    [Theory]
    [InlineData("linux-image-5.10.0-46-cloud-amd64", "5.10", "5.10.0-46-cloud-amd64")]
    [InlineData("linux-image-6.12.117+deb13-cloud-amd64", "6.12", "6.12.117+deb13-cloud-amd64")]
    [InlineData("linux-image-7.3.4+deb13-cloud-amd64", "7.3", "7.3.4+deb13-cloud-amd64")]
    public void ACloudKernelIsKnownByItsName(string name, string family, string release) =>
        Assert.Equal(new KernelPackage(name, release, family), KernelPackage.Parse(name));

    [Theory]
    [InlineData("linux-image-6.1.0-56-amd64")]
    [InlineData("linux-image-6.1.0-56-rt-amd64")]
    [InlineData("linux-image-6.1.0-56-cloud-amd64-dbg")]
    [InlineData("linux-image-6.1.0-56-cloud-amd64-unsigned")]
    [InlineData("linux-image-6.1.0-0.deb11.50-cloud-amd64")]
    [InlineData("linux-image-cloud-amd64")]
    [InlineData("linux-headers-6.1.0-56-cloud-amd64")]
    [InlineData("linux-image-6.1.0-56-cloud-arm64")]
    public void OtherPackagesAreNotTaken(string name) => Assert.Null(KernelPackage.Parse(name));

    [Theory]
    [InlineData("5.10", "5.10.0-46-cloud-amd64")]
    [InlineData("6.1", "6.1.0-100-cloud-amd64")]
    [InlineData("6.12", "6.12.117+deb13-cloud-amd64")]
    [InlineData("newest", "7.10.1+deb13-cloud-amd64")]
    public void TheNewestOfAFamilyIsByNumbers(string family, string release)
    {
        string[] releases =
        [
            "5.10.0-9", "5.10.0-46", "6.1.0-56", "6.1.0-100", "6.12.95+deb12", "6.12.117+deb12", "6.12.117+deb13", "6.12.9+deb13", "7.3.4+deb13", "7.10.1+deb13",
        ];

        Assert.Equal(release, KernelPackage.Newest(releases.Select(name => KernelPackage.Parse($"linux-image-{name}-cloud-amd64")!), family)?.Release);
    }

    [Fact]
    public void AFamilyThatIsGoneHasNone() => Assert.Null(KernelPackage.Newest([KernelPackage.Parse("linux-image-6.1.0-56-cloud-amd64")!], "6.18"));
}
