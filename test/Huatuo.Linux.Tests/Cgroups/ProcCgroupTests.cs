using System.Text;
using Huatuo.Linux.Cgroups;

namespace Huatuo.Linux.Tests.Cgroups;

public class ProcCgroupTests
{
    private const string V1 = "5:pids:/p\n4:memory:/kubepods/a:b\n3:cpu,cpuacct:/c\n1:name=systemd:/s\n0::/unified\n";

    [Theory]
    [InlineData(V1, "/kubepods/a:b", 4)]
    [InlineData("0::/system.slice/a.service\n", "/system.slice/a.service", 0)]
    [InlineData("0::/", "/", 0)]
    [InlineData("0::/u\n7:hugetlb,memory:/m", "/m", 7)]
    [InlineData("1:name=memory:/s\n0::/u\n", "/u", 0)]
    [InlineData("3:cpu:/c\n", null, 0)]
    [InlineData("7:memory:\n", null, 0)]
    [InlineData("7:memory\n0:\n\n:", null, 0)]
    [InlineData("x:memory:/m\n0:memory:/m", null, 0)]
    [InlineData("", null, 0)]
    public void The_memory_controllers_path_is_taken(string content, string? expected, int hierarchy)
    {
        Assert.Equal(expected is not null, ProcCgroup.TryParse(Encoding.UTF8.GetBytes(content), out string? path, out int number));
        Assert.Equal((expected, hierarchy), (path, number));
    }

    [Fact]
    public void Damaged_content_gives_a_path_or_none()
    {
        byte[] original = Encoding.UTF8.GetBytes(V1);
        for (int seed = 0; seed < 5000; seed++)
            if (ProcCgroup.TryParse(Mutation.Of(original, seed), out string? path, out _)) Assert.StartsWith("/", path);
    }
}
