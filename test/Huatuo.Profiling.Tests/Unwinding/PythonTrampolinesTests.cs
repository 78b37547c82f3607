using Huatuo.Bpf.Abi;
using Huatuo.Profiling.Symbols;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.Tests.Unwinding;

public sealed class PythonTrampolinesTests
{
    private const ulong Start = 0x1000;

    [Theory]
    [InlineData("4883ec08ffd14883c408c34883ec08", (int)UnwindBase.Kept)]
    [InlineData("f30f1efa4883ec08ffd14883c408c3", (int)UnwindBase.Kept)]
    [InlineData("554889e5ffd15dc3554889e5ffd15d", -2)]
    [InlineData("f30f1efa554889e5ffd15dc3f30f1e", -2)]
    [InlineData("f30f1efa554889e5ffd15dc2f30f1e", null)]
    [InlineData("554889e5ffd05dc3554889e5ffd05d", null)]
    [InlineData("f30f1efa4883ec08ffd14883c408c2", null)]
    [InlineData("f30f1efaf30f1efa4883ec08ffd148", null)]
    [InlineData("000000000000000000000000000000", null)]
    [InlineData("4883ec08ffd14883c408c3", null)]
    public void They_are_known_by_their_code(string begin, int? callersBase)
    {
        string folder = Directory.CreateTempSubdirectory("huatuo-mem-").FullName;
        try
        {
            File.WriteAllBytes(Path.Combine(folder, "mem"), [.. new byte[Start], .. Convert.FromHexString(begin)]);
            foreach (string name in (string[])["", "[anon:cpython:perf_trampoline]"])
                Assert.Equal(callersBase, (int?)PythonTrampolines.Of(folder, new Mapping(Start, Start + 0x10000, 0, "", name))?.Base);
            Assert.Null(PythonTrampolines.Of(folder, new Mapping(Start, Start + 0x10000, 0, "08:01 7", "/bin/x")));
            Assert.Null(PythonTrampolines.Of(folder, new Mapping(Start, Start + 0x10000, 0, "", "[stack]")));
            Assert.Null(PythonTrampolines.Of(folder + "/none", new Mapping(Start, Start + 0x10000, 0, "", "")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void One_rule_holds_in_all_of_it()
    {
        UnwindTable.Part part = Assert.Single(new PythonTrampolines("", -2).Table().Parts());
        Assert.Equal((0UL, 1), (part.Begin, part.Count));
    }
}
