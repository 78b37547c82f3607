using System.Runtime.InteropServices;
using System.Text;
using Huatuo.Profiling.Io;

namespace Huatuo.Profiling.Tests.Io;

public sealed class FileNamesTests
{
    [Theory]
    [InlineData("[file /log/app.log on sda1]", true, "app.log", "log")]
    [InlineData("[file /app.log on sda1]", true, "app.log")]
    [InlineData("[file / on sda1]", true)]
    [InlineData("[file …/g/f/e/d/c/b/a/0 on sda1]", false, "0", "a", "b", "c", "d", "e", "f", "g")]
    [InlineData("[file /0123456789012345678901234567890… on sda1]", true, "0123456789012345678901234567890")]
    public void A_path_is_told_from_outside_with_what_is_cut(string expected, bool isWhole, params string[] parts)
    {
        var file = new IoFile { Path = { Count = (uint)parts.Length, IsWhole = isWhole ? 1u : 0 } };
        Encoding.UTF8.GetBytes("sda1", MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref file.Device, 1)));
        Span<byte> all = MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref file.Path.Parts, 1));
        for (int i = 0; i < parts.Length; i++)
            Encoding.UTF8.GetBytes(parts[i], all[(32 * i)..]);
        Assert.Equal(expected, FileNames.Text(file));
    }
}
