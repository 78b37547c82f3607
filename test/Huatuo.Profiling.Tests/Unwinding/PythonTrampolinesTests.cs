using Huatuo.Profiling.Symbols;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.Tests.Unwinding;

public sealed class PythonTrampolinesTests
{
    private const ulong Start = 0x1000;

    [Theory]
    [InlineData("4883ec08ffd14883c408c34883ec08", true)]
    [InlineData("f30f1efa4883ec08ffd14883c408c3", true)]
    [InlineData("f30f1efa4883ec08ffd14883c408c2", false)]
    [InlineData("f30f1efaf30f1efa4883ec08ffd148", false)]
    [InlineData("000000000000000000000000000000", false)]
    [InlineData("4883ec08ffd14883c408c3", false)]
    public void They_are_known_by_their_code(string begin, bool are)
    {
        string folder = Directory.CreateTempSubdirectory("huatuo-mem-").FullName;
        try
        {
            File.WriteAllBytes(Path.Combine(folder, "mem"), [.. new byte[Start], .. Convert.FromHexString(begin)]);
            Assert.Equal(are, PythonTrampolines.Are(folder, new Mapping(Start, Start + 0x10000, 0, "", "")));
            Assert.False(PythonTrampolines.Are(folder, new Mapping(Start, Start + 0x10000, 0, "08:01 7", "/bin/x")));
            Assert.False(PythonTrampolines.Are(folder, new Mapping(Start, Start + 0x10000, 0, "", "[stack]")));
            Assert.False(PythonTrampolines.Are(folder + "/none", new Mapping(Start, Start + 0x10000, 0, "", "")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void One_rule_holds_in_all_of_it()
    {
        UnwindTable.Part part = Assert.Single(PythonTrampolines.Table().Parts());
        Assert.Equal((0UL, 1), (part.Begin, part.Count));
    }
}
