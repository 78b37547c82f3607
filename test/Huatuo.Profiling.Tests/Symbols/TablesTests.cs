using System.Runtime.InteropServices;
using System.Text;
using Huatuo.Profiling.Symbols;
using Huatuo.Profiling.Tests.Harness;

namespace Huatuo.Profiling.Tests.Symbols;

public sealed class TablesTests
{
    [Theory]
    [InlineData(0u, true)]
    [InlineData(4242u, true)]
    [InlineData(4243u, false)]
    public void A_map_is_opened_only_when_the_user_or_root_made_it(uint owner, bool isOpened)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("perf-1.map");
        File.WriteAllText(path, "1000 10 first\n");
        Assert.Equal(0, chown(path, owner, owner));
        using FileBytes? opened = RootedFile.OpenOf("/", path, 4242);
        Assert.Equal(isOpened, opened is not null);
        using FileBytes? any = RootedFile.Open("/", path);
        Assert.NotNull(any);
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int chown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint owner, uint group);

    [Fact]
    public void A_map_of_a_compiler_is_read_as_it_grows_and_the_later_function_holds()
    {
        var map = new PerfMap(new PerfMapRoom());
        Read(map, "1000 10 first\nnonsense\n0x2000 20 void Some::Name(int) [Tier0]\n30");
        Assert.Equal("first", Find(map.Functions, 0x100f));
        Assert.Null(Find(map.Functions, 0x1010));
        Assert.Equal("void Some::Name(int) [Tier0]", Find(map.Functions, 0x2001));
        Assert.Null(Find(map.Functions, 0x3000));

        Read(map, "1000 10 first\nnonsense\n0x2000 20 void Some::Name(int) [Tier0]\n3000 8 third\n1000 8 anew\n");
        Assert.Equal("third", Find(map.Functions, 0x3007));
        Assert.Equal("anew", Find(map.Functions, 0x1001));

        Read(map, "5000 8 other\n");
        Assert.Null(Find(map.Functions, 0x3007));
        Assert.Equal("other", Find(map.Functions, 0x5000));
    }

    [Fact]
    public void A_map_that_is_written_anew_is_read_anew_however_long_it_is()
    {
        var map = new PerfMap(new PerfMapRoom());
        Read(map, "0x0000000000001000 0x0000000000000010 void Spin.heavy(long)\n0x0000000000002000 0x0000000000000010 void Spin.light(long)\n");
        Assert.Equal("void Spin.heavy(long)", Find(map.Functions, 0x100f));
        Assert.Null(Find(map.Functions, 0x1010));

        // The same at the place where the last ended, but for its name.
        Read(map, "0x0000000000003000 0x0000000000000010 void Spin.heavy(long)\n0x0000000000002000 0x0000000000000010 void Spin.other(long)\n0x0000000000004000 0x0000000000000010 more\n");
        Assert.Null(Find(map.Functions, 0x1000));
        Assert.Equal(["void Spin.heavy(long)", "void Spin.other(long)", "more"], ((ulong[])[0x3000, 0x2000, 0x4000]).Select(at => Find(map.Functions, at)));
    }

    [Fact]
    public void Code_that_takes_the_place_of_other_code_is_found_and_the_rest_of_that_stays()
    {
        var map = new PerfMap(new PerfMapRoom());
        Read(map, "1000 100 old\n2000 100 outer\n3000 10 before\n3010 0 open\nf00 180 new\n2040 10 inner\nffffffffffffff00 200 last\n");
        Assert.Equal(
            ["new", "new", "new", "old", "old", null, "outer", "inner", "inner", "outer", "before", "open", "last"],
            ((ulong[])[0xf00, 0x1000, 0x107f, 0x1080, 0x10ff, 0x1100, 0x203f, 0x2040, 0x204f, 0x2050, 0x300f, 0x3010, 0xfffffffffffffffe]).Select(at => Find(map.Functions, at)));
        Read(map, "1000 100 old\n2000 100 outer\n3000 10 before\n3010 0 open\nf00 180 new\n2040 10 inner\nffffffffffffff00 200 last\n2000 80 newer\n");
        Assert.Equal(["newer", "newer", "outer"], ((ulong[])[0x2000, 0x2040, 0x2080]).Select(at => Find(map.Functions, at)));
    }

    [Fact]
    public void Mappings_are_those_that_may_be_executed()
    {
        ProcessMaps maps = ProcessMaps.Parse("""
            55d000000000-55d000001000 r--p 00000000 fe:00 77    /opt/my program (deleted)
            55d000001000-55d000003000 r-xp 00001000 fe:00 77    /opt/my program (deleted)
            7f0000000000-7f0000001000 rwxp 00000000 00:00 0 
            7f0000002000-7f0000003000 r-xs 00000000 00:01 2048  /memfd:doublemapper (deleted)
            7ffd00000000-7ffd00002000 r-xp 00000000 00:00 0     [vdso]
            garbage
            9-1 r-xp 00000000 00:00 0
            """u8);
        Assert.Equal(4, maps.All.Count);
        Mapping file = maps.Find(0x55d000001234)!;
        Assert.Equal(("/opt/my program", "fe:00 77", 0x1000UL, true, "55d000001000-55d000003000"), (file.Name, file.File, file.Offset, file.HasFile, file.Link));
        Assert.False(maps.Find(0x7f0000000000)!.HasFile);
        Assert.False(maps.Find(0x7f0000002000)!.HasFile);
        Assert.Equal("[vdso]", maps.Find(0x7ffd00001fff)!.Path);
        Assert.Null(maps.Find(0x55d000000000));
        Assert.Null(maps.Find(0x55d000003000));
    }

    [Fact]
    public void The_cache_stays_within_its_bound_and_forgets_what_was_not_used()
    {
        var cache = new FunctionCache(100_000);
        int loads = 0;
        FunctionTable Load()
        {
            loads++;
            return FunctionTable.Of([.. Enumerable.Range(0, 1000).Select(i => new FunctionTable.Entry((ulong)i * 16, 16, 0, 0, 4))], "name"u8);
        }
        for (int file = 0; file < 50; file++)
        {
            _ = cache.Get("hot", Load);
            _ = cache.Get($"file {file}", Load);
        }
        Assert.InRange(cache.Bytes, 1, 100_000);
        Assert.Equal(51, loads);
        Assert.Equal(0, cache.Get("unreadable", () => null).Count);
        Assert.Equal(1000, cache.Get("unreadable", Load).Count);
    }

    private static void Read(PerfMap map, string text) => map.Read(new MemoryBytes(Encoding.UTF8.GetBytes(text)));

    private static string? Find(FunctionTable table, ulong address) => table.TryFind(address, out ReadOnlySpan<byte> name) ? Encoding.UTF8.GetString(name) : null;
}
