using Huatuo.Linux.Interop;

namespace Huatuo.Linux.Tests;

public class ErrnoTests
{
    [Theory]
    [InlineData(0, "no error")]
    [InlineData(1, "EPERM (operation not permitted)")]
    [InlineData(-1, "EPERM (operation not permitted)")]
    [InlineData(2, "ENOENT (no such file or directory)")]
    [InlineData(11, "EAGAIN (try again)")]
    [InlineData(22, "EINVAL (invalid argument)")]
    [InlineData(95, "EOPNOTSUPP (operation not supported)")]
    [InlineData(116, "ESTALE (stale handle)")]
    [InlineData(-524, "ENOTSUPP (not supported by the kernel)")]
    [InlineData(4711, "errno 4711")]
    [InlineData(int.MinValue, "errno -2147483648")]
    public void A_number_is_named(int errno, string expected) => Assert.Equal(expected, Errno.Describe(errno));

    [Fact]
    public void Every_name_is_the_one_of_the_C_headers()
    {
        var names = new Dictionary<int, string>();
        foreach (string file in new[] { "errno-base.h", "errno.h" })
            foreach (string line in File.ReadLines("/usr/include/asm-generic/" + file))
                if (line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries) is ["#define", ['E', ..] name, var number, ..]
                    && int.TryParse(number, out int value))
                    names[value] = name;

        Assert.True(names.Count > 100);
        for (int errno = 1; errno < 200; errno++)
        {
            string text = Errno.Describe(errno);
            if (text != $"errno {errno}") Assert.StartsWith(names[errno] + " (", text);
        }
    }
}
