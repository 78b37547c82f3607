namespace Huatuo.Vm.Tests;

public sealed class KernelCacheTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("huatuo-cache-").FullName;

    [Theory]
    [InlineData("/cache", "/home", "/cache/huatuo/kernels")]
    [InlineData("", "/home", "/home/.cache/huatuo/kernels")]
    [InlineData(null, "/home", "/home/.cache/huatuo/kernels")]
    public void ItIsWhereCachesAre(string? cacheHome, string home, string place) => Assert.Equal(place, KernelCache.Of(cacheHome, home).Directory);

    [Fact]
    public void WithoutAHomeThereIsNone() => Assert.Throws<VmException>(() => KernelCache.Of(null, ""));

    [Fact]
    public void ANewReleaseTakesThePlaceOfTheOld()
    {
        var cache = new KernelCache(root);
        cache.Replace("6.1", Prepared("6.1.0-55"), "6.1.0-55");
        cache.Replace("6.1", Prepared("6.1.0-56"), "6.1.0-56");
        cache.Replace("6.1", Prepared("6.1.0-57"), "6.1.0-57");

        Assert.Equal("6.1.0-57", cache.ReleaseOf("6.1"));
        Assert.EndsWith("/lib/modules/6.1.0-57", cache.Kernel("6.1").Modules, StringComparison.Ordinal);
    }

    [Fact]
    public void TheNewestIsByNumber()
    {
        var cache = new KernelCache(root);
        foreach (string family in (string[])["6.9", "6.12", "5.10"])
            cache.Replace(family, Prepared(family + ".1"), family + ".1");
        Directory.CreateDirectory(Path.Combine(root, "7.0"));

        Assert.Equal("6.12", cache.Cached("newest"));
        Assert.Null(cache.Cached("7.0"));
        Assert.Throws<VmException>(() => cache.Kernel("7.0"));
    }

    [Fact]
    public async Task ARootIsMadeOnce()
    {
        var cache = new KernelCache(Path.Combine(root, "kernels"));
        string prepared = Directory.CreateDirectory(Path.Combine(root, "roots/newer.new")).FullName;
        cache.ReplaceRoot("newer", prepared, "a b");

        Assert.Equal("a b", cache.ContentOf("newer"));
        Assert.Null(cache.ContentOf("other"));
        await DebianRoot.MakeAsync(cache, "newer", ["a", "b"], TestContext.Current.CancellationToken);
        Assert.True(Directory.Exists(cache.Root("newer")));
        await Assert.ThrowsAsync<FormatException>(() => DebianRoot.MakeAsync(cache, "../newer", ["a"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task OnlyOneChangesIt()
    {
        var cache = new KernelCache(Path.Combine(root, "new"));
        var first = await cache.LockAsync(TestContext.Current.CancellationToken);
        var second = cache.LockAsync(TestContext.Current.CancellationToken);
        Assert.False(second.IsCompleted);
        first.Dispose();
        (await second).Dispose();
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    private string Prepared(string release)
    {
        string folder = Path.Combine(root, "prepared");
        Directory.CreateDirectory(Path.Combine(folder, "lib/modules", release));
        Directory.CreateDirectory(Path.Combine(folder, "boot"));
        File.WriteAllText(Path.Combine(folder, "boot", "vmlinuz-" + release), "");
        return folder;
    }
}
