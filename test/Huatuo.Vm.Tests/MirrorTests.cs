namespace Huatuo.Vm.Tests;

public sealed class MirrorTests
{
    [Fact]
    public void AKernelInPartsNeedsAllOfThem()
    {
        var mirror = Mirror.Of(
        [
            "linux-image-6.1.0-56-cloud-amd64",
            "linux-image-7.0.2-cloud-amd64", "linux-binary-7.0.2-cloud-amd64", "linux-base-7.0.2-cloud-amd64",
            "linux-image-7.3.4-cloud-amd64", "linux-binary-7.3.4-cloud-amd64", "linux-modules-7.3.4-cloud-amd64", "linux-base-7.3.4-cloud-amd64",
            "linux-doc",
        ]);

        Assert.Equal(["6.1", "7.3"], mirror.Packages.Select(package => package.Family).Order());
        Assert.Equal(["linux-image-6.1.0-56-cloud-amd64"], mirror.Parts(mirror.Packages.Single(package => package.Family == "6.1")));
        Assert.Equal(
            ["linux-binary-7.3.4-cloud-amd64", "linux-modules-7.3.4-cloud-amd64", "linux-base-7.3.4-cloud-amd64"],
            mirror.Parts(mirror.Packages.Single(package => package.Family == "7.3")));
    }
}
