using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Huatuo.Profiling.Symbols;
using Huatuo.Profiling.Tests.Harness;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.Tests.Symbols;

/// <summary>Files that a process made to cost whoever reads them.</summary>
public sealed partial class HostileFilesTests
{
    private const int Mebibyte = 1 << 20;
    private const uint ProgramBits = 1, Texts = 3;

    [Fact]
    public void One_long_name_of_all_sections_is_not_kept_for_each()
    {
        var made = new MadeElf();
        (int, int) names = made.Add([.. Enumerable.Repeat((byte)'a', Mebibyte - 1), 0]);
        for (int i = 0; i < 4096; i++)
            made.Section(0, Texts, names);
        var bytes = new MemoryBytes(made.Bytes());
        Assert.InRange(Allocated(() => Assert.True(ElfFile.TryRead(bytes, out _))), 1, 16 * Mebibyte);
    }

    [Fact]
    public void Call_frame_information_is_read_from_one_section_only()
    {
        var made = new MadeElf();
        made.Section(0, Texts, made.Add("\0.eh_frame\0"u8));
        (int, int) frames = made.Add(new byte[Mebibyte]);
        for (int i = 0; i < 1000; i++)
            made.Section(1, ProgramBits, frames);
        Assert.True(ElfFile.TryRead(new MemoryBytes(made.Bytes()), out ElfFile? elf));
        Assert.InRange(Allocated(() => Assert.Equal(0, UnwindTable.RulesOf(elf).Count)), Mebibyte, 4 * Mebibyte);
    }

    [Fact]
    public void One_long_name_of_all_functions_is_kept_within_a_bound()
    {
        const int symbolBytes = 24, count = 50_000;
        var made = new MadeElf();
        made.Section(0, Texts, made.Add([.. Enumerable.Repeat((byte)'a', FunctionList.LongestName), 0]));
        byte[] symbols = new byte[count * symbolBytes];
        for (int i = 0; i < count; i++)
        {
            Span<byte> symbol = symbols.AsSpan(i * symbolBytes, symbolBytes);
            symbol[4] = 2;
            symbol[6] = 1;
            BinaryPrimitives.WriteUInt64LittleEndian(symbol[8..], 0x1000 + (ulong)i * 16);
            BinaryPrimitives.WriteUInt64LittleEndian(symbol[16..], 16);
        }
        made.Section(0, ElfFile.SymbolTable, made.Add(symbols), link: 0);
        Assert.True(ElfFile.TryRead(new MemoryBytes(made.Bytes()), out ElfFile? elf));
        FunctionTable table = ElfFunctions.Read(elf, out _);
        Assert.True(table.TryFind(0x1000, out ReadOnlySpan<byte> name));
        Assert.Equal(FunctionList.LongestName, name.Length);
        Assert.InRange(table.ResidentBytes, FunctionList.MostNameBytes / 2, FunctionList.MostNameBytes + 20L * count);
    }

    [Fact]
    public void A_map_without_lines_is_not_read_to_its_end()
    {
        var map = new PerfMap(new PerfMapRoom());
        var file = new Endless("\0"u8.ToArray());
        map.Read(file);
        map.Read(file);
        Assert.Equal(Mebibyte, file.BytesRead);
    }

    [Fact]
    public void Maps_without_end_are_kept_within_a_bound()
    {
        var room = new PerfMapRoom(mostBytes: 8 * Mebibyte, mostRead: 16 * Mebibyte);
        PerfMap[] maps = [.. Enumerable.Range(0, 20).Select(_ => new PerfMap(room))];
        var file = new Endless("1000 10 a_name_of_some_length\n"u8.ToArray());
        for (int round = 1; round <= 20; round++)
        {
            room.Begin(maps.Sum(map => map.Bytes));
            foreach (PerfMap map in maps)
                map.Read(file);
            Assert.InRange(file.BytesRead, 1, round * 16L * Mebibyte);
        }
        // A part is read to its end.
        Assert.InRange(maps.Sum(map => map.Bytes), 8 * Mebibyte, 12 * Mebibyte);
        Assert.True(maps[0].Functions.TryFind(0x1000, out _));

        Assert.False(maps[^1].Functions.TryFind(0x1000, out _));

        room.Begin(0);
        maps[^1].Read(file);
        Assert.True(maps[^1].Functions.TryFind(0x1000, out _));
    }

    [Fact]
    public void Lines_that_name_nothing_are_not_read_without_end()
    {
        var room = new PerfMapRoom();
        var map = new PerfMap(room);
        var file = new Endless("nonsense\n"u8.ToArray());
        for (int round = 0; round < 10; round++)
        {
            room.Begin(0);
            map.Read(file);
        }
        // And, each time, what tells whether it was written anew.
        Assert.InRange(file.BytesRead, 64 * Mebibyte, 257 * Mebibyte + 1024);
    }

    [Theory]
    [InlineData(CharacterDevice, NullDevice)]
    [InlineData(Fifo, 0)]
    public void What_is_no_file_is_not_opened(uint mode, ulong device)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("map");
        Assert.Equal(0, mknod(path, mode | 0x180, device));
        int watch = inotify_init1(InNonblock);
        try
        {
            Assert.True(inotify_add_watch(watch, path, InOpen) > 0);
            Assert.Null(RootedFile.Open(folder.Path, "/map"));
            Assert.Null(RootedFile.OpenOf(folder.Path, "/map", 0));
            Assert.Null(RootedFile.OpenLink(path));
            Assert.Equal(-1, read(watch, new byte[256], 256));

            File.Delete(path);
            File.WriteAllText(path, "1000 10 first\n");
            Assert.True(inotify_add_watch(watch, path, InOpen) > 0);
            using FileBytes? file = RootedFile.OpenLink(path);
            Assert.NotNull(file);
            Assert.NotEqual(-1, read(watch, new byte[256], 256));
        }
        finally
        {
            Assert.Equal(0, close(watch));
        }
    }

    [Fact]
    public void A_name_that_repeats_itself_stays_as_it_is()
    {
        string name = $"_ZN1000{new string('a', 1000)}{string.Concat(Enumerable.Repeat("C1", 1000))}Ev";
        Assert.Equal(name, Demangler.Readable(Encoding.UTF8.GetBytes(name)));
    }

    private const int InOpen = 0x20, InNonblock = 0x800;
    private const uint CharacterDevice = 0x2000, Fifo = 0x1000;
    private const ulong NullDevice = 0x103;

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mknod(string path, uint mode, ulong device);

    [LibraryImport("libc")]
    private static partial int inotify_init1(int flags);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int inotify_add_watch(int watch, string path, uint mask);

    [LibraryImport("libc")]
    private static partial nint read(int file, [Out] byte[] buffer, nint bytes);

    [LibraryImport("libc")]
    private static partial int close(int file);

    private static long Allocated(Action action)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>A file of a line again and again, of a length that no disk has.</summary>
    private sealed class Endless(byte[] line) : ByteSource
    {
        private readonly byte[] _lines = [.. Enumerable.Repeat(line, 2 * Mebibyte / line.Length).SelectMany(bytes => bytes)];

        internal override long Length => 1L << 50;

        internal long BytesRead { get; private set; }

        internal override bool TryRead(long offset, Span<byte> buffer)
        {
            BytesRead += buffer.Length;
            _lines.AsSpan((int)(offset % line.Length), buffer.Length).CopyTo(buffer);
            return true;
        }

        public override void Dispose()
        {
        }
    }
}
