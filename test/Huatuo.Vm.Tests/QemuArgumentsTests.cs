namespace Huatuo.Vm.Tests;

public sealed class QemuArgumentsTests
{
    [Fact]
    public void TheInstalledQemuHasOneThreadForAllCpus() => Assert.Contains("tcg,thread=single,tb-size=512", Line(null, "6.1", "ls"));

    [Fact]
    public void AnUnpackedQemuFindsItsFirmware()
    {
        var line = Line("/qemu", "6.1", "ls");

        Assert.Contains("tcg,thread=multi,tb-size=512", line);
        Assert.Equal(["/qemu/usr/share/qemu", "/qemu/usr/share/seabios"], After(line, "-L"));
    }

    [Fact]
    public void MemoryIsSharedWithTheServerOfTheFiles() =>
        Assert.Equal(["memory-backend-memfd,id=memory,size=512M,share=on"], After(Line(null, "--memory", "512", "6.1", "ls"), "-object"));

    [Fact]
    public void DevicesAreThereWhenAskedFor()
    {
        Assert.DoesNotContain(Line(null, "6.1", "ls"), argument => argument.Contains("virtio-blk", StringComparison.Ordinal) || argument.Contains("pcie-root-port", StringComparison.Ordinal));
        var line = Line(null, "--disk", "64", "--aer", "--card", "6.1", "ls");
        Assert.Equal(["file=/s/disk,format=raw,if=none,id=disk,cache=unsafe"], After(line, "-drive"));
        Assert.Contains("pcie-root-port,id=port1,chassis=1,slot=1", line);
        Assert.Contains("vmxnet3,romfile=", line);
    }

    [Fact]
    public void ArgumentsOfTheKernelAreAppended() =>
        Assert.EndsWith(" huatuo.vm lsm=bpf quiet", After(Line(null, "--append", "lsm=bpf", "--append", "quiet", "6.1", "ls"), "-append").Single(), StringComparison.Ordinal);

    private static IReadOnlyList<string> Line(string? firmware, params string[] args) =>
        QemuArguments.Of(RunOptions.Parse(args), "/vmlinuz", "/s", firmware);

    private static IEnumerable<string> After(IReadOnlyList<string> line, string option) =>
        line.Index().Where(entry => entry.Item == option).Select(entry => line[entry.Index + 1]);
}
