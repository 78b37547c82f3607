using System.Text;
using Huatuo.Linux.Proc;

namespace Huatuo.Linux.Tests.Proc;

public sealed class ByteFileTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(100_000)]
    public void AFileOfAnyLengthIsReadWhole(int length)
    {
        using var tree = new TreeFixture();
        byte[] content = new byte[length];
        new Random(length).NextBytes(content);
        tree.Write("file", content);
        var file = new ByteFile(Path.Combine(tree.Root, "file"));
        Assert.Equal(content, file.Read());
        Assert.Equal(content, file.Read());
        Assert.False(file.IsCut);
    }

    [Fact]
    public void AHugeOneIsCutBehindALine()
    {
        using var tree = new TreeFixture();
        tree.Write("file", string.Concat(Enumerable.Repeat("123456789\n", 1000)));
        var file = new ByteFile(Path.Combine(tree.Root, "file"), 5005);
        Assert.Equal(5000, file.Read().Length);
        Assert.True(file.IsCut);
        tree.Write("file", new string('x', 9000));
        Assert.True(file.Read().IsEmpty);
        tree.Write("file", "short\n");
        Assert.Equal("short\n"u8, file.Read());
        Assert.False(file.IsCut);
    }

    [Fact]
    public void FilesOfTheKernelHaveNoLength()
    {
        var file = new ByteFile("/proc/self/status");
        Assert.StartsWith("Name:", Encoding.UTF8.GetString(file.Read()), StringComparison.Ordinal);
    }

    [Fact]
    public void AMissingOneIsSaidSo()
    {
        using var tree = new TreeFixture();
        var file = new ByteFile(Path.Combine(tree.Root, "none"));
        Assert.Throws<FileNotFoundException>(() => file.Read());
        Assert.False(file.TryRead(out ReadOnlySpan<byte> content));
        Assert.True(content.IsEmpty);
        // What a file tells of may be gone between open and read; a folder refuses in the same place.
        Assert.False(new ByteFile(tree.Root).TryRead(out _));
    }

    [Fact]
    public void NothingIsAllocatedForTheContent()
    {
        using var tree = new TreeFixture();
        tree.Write("file", new string('x', 1_000_000));
        var file = new ByteFile(Path.Combine(tree.Root, "file"));
        file.Read();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(1_000_000, file.Read().Length);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000);
    }
}
