using Huatuo.Linux.Kallsyms;

namespace Huatuo.Linux.Tests.Kallsyms;

public sealed class PerCpuSymbolsTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("huatuo-percpu").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("000000000001fb80 A __preempt_count\n0000000000033440 A runqueues\n", true, 0x33440u)]
    [InlineData("ffffffff81000000 T runqueues\n", false, 0u)]
    [InlineData("0000000000000000 A runqueues\n", false, 0u)]
    [InlineData("ffffffff81000000 A runqueues\n", false, 0u)]
    [InlineData("A runqueues\n\n   \nzz A runqueues", false, 0u)]
    [InlineData("", false, 0u)]
    public void Finds_absolute_symbols_only(string kallsyms, bool found, uint offset)
    {
        File.WriteAllText(Path.Combine(_root, "kallsyms"), kallsyms);
        Assert.Equal(found, PerCpuSymbols.TryFind("runqueues", out uint at, _root));
        Assert.Equal(offset, found ? at : 0);
    }

    [Fact]
    public void A_missing_file_is_no_symbol() => Assert.False(PerCpuSymbols.TryFind("runqueues", out _, _root));
}
