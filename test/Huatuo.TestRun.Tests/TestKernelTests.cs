namespace Huatuo.TestRun.Tests;

public sealed class TestKernelTests
{
    [Fact]
    public void ReadsWhatTheFetchSays() => Assert.Equal(
        [
            new TestKernel("5.10", "5.10.0-46-cloud-amd64", ""),
            new TestKernel("6.1", "6.1.0-56-cloud-amd64", ""),
            new TestKernel("6.6", "6.6.1-2-cloud-amd64", "", Hybrid: true),
            new TestKernel("6.18", "", "the mirror has no such kernel"),
            new TestKernel("newest", "", "the mirror cannot be asked: E: Failed to fetch"),
        ],
        TestKernel.Parse("""
            the installed QEMU is used: no space left
            5.10: 5.10.0-46-cloud-amd64
            6.1: 6.1.0-56-cloud-amd64 (cached; the mirror cannot be asked: E: Failed to fetch)
            6.6: 6.6.1-2-cloud-amd64 hybrid (new) with netdevsim
            6.18: not tested, the mirror has no such kernel
            newest: not tested, the mirror cannot be asked: E: Failed to fetch
            kernels to test on: 5.10, 6.1, this machine's included; at least 3 families are wanted
            """));

    [Fact]
    public void NothingSaidIsNoKernel() => Assert.Empty(TestKernel.Parse("a remark\n"));
}
