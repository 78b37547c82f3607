using System.Text;
using System.Text.Json;
using Huatuo.Bpf.Abi;
using Huatuo.Profiling.Formats;
using Huatuo.Profiling.Symbols;
using Huatuo.Profiling.Tests.Harness;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.Tests.Unwinding;

/// <summary>Where tables hold in a process, and what is told of stacks.</summary>
public sealed class UnwindMappingsTests
{
    private const uint Nowhere = (uint)UnwindPlace.Nowhere, NoTable = (uint)UnwindPlace.NoTable;

    [Fact]
    public void Mappings_are_laid_out_with_what_lies_between_them()
    {
        ProcessMaps maps = ProcessMaps.Parse("""
            1000-3000 r-xp 00000000 08:01 1 /bin/a
            3000-4000 r-xp 00000000 00:00 0
            6000-9000 r-xp 00001000 08:01 2 /lib/b
            ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]

            """u8);
        var a = new LoadedTable([new LoadedPart(0x100, 7, null!, 1)]);
        var b = new LoadedTable([new LoadedPart(0x2000, 8, null!, 1), new LoadedPart(0x2800, 9, null!, 1), new LoadedPart(0x9000, 10, null!, 1)]);
        UnwindMappings mappings = UnwindMappings.Of(maps, mapping => mapping.Name switch
        {
            "/bin/a" => (a, 0x1000),
            "/lib/b" => (b, 0x5000),
            _ => null,
        })!;
        Assert.Equal(
            [(0x1000UL, 0UL, NoTable), (0x1100UL, 0x1100UL, 7u), (0x3000UL, 0UL, NoTable), (0x4000UL, 0UL, Nowhere), (0x6000UL, 0UL, NoTable), (0x7000UL, 0x7000UL, 8u), (0x7800UL, 0x7800UL, 9u), (0x9000UL, 0UL, Nowhere)],
            mappings.Entries);
        UnwindProcess process = default;
        mappings.Write(0x77, ref process);
        Assert.Equal((0x77UL, 8UL, 0x1000UL, 0x9000UL, (ulong)long.MaxValue), (process.Image, process.Count, process.Starts[0], process.Starts[7], process.Starts[8]));
        Assert.Equal((0x7000UL, 8u, Nowhere), (process.Biases[5], process.Tables[5], process.Tables[255]));
    }

    [Theory]
    [InlineData(100, 200)]
    [InlineData(200, 2)]
    public void Many_pieces_of_compiled_code_become_one(int pieces, int entries)
    {
        var text = new StringBuilder();
        for (int i = 0; i < pieces; i++)
            text.Append($"{0x10000 + i * 0x2000:x}-{0x11000 + i * 0x2000:x} rwxp 00000000 00:00 0\n");
        Assert.Equal(entries, UnwindMappings.Of(ProcessMaps.Parse(Encoding.ASCII.GetBytes(text.ToString())), _ => null)!.Entries.Count);
    }

    [Fact]
    public void A_process_with_more_files_than_there_is_room_for_has_none()
    {
        var text = new StringBuilder();
        for (int i = 0; i < 300; i++)
            text.Append($"{0x10000 + i * 0x2000:x}-{0x11000 + i * 0x2000:x} r-xp 00000000 08:01 {i + 1} /lib/{i}\n");
        var table = new LoadedTable([new LoadedPart(0, 1, null!, 1)]);
        Assert.Null(UnwindMappings.Of(ProcessMaps.Parse(Encoding.ASCII.GetBytes(text.ToString())), mapping => (table, mapping.Start)));
    }

    [Fact]
    public void How_stacks_ended_is_told_in_JSON()
    {
        Profile profile = Sample.Make();
        Assert.False(JsonElement.Parse(Sample.Written(ProfileFormats.Json, profile)).TryGetProperty("unwind", out _));
        profile.Unwinding = new UnwindCounters { Whole = 1, Mixed = 2, Pointers = 3, Cut = 4, Unmapped = 5, Untold = 6, Unreadable = 7, Broken = 8, TableFrames = 9, PointerFrames = 10 };
        Assert.Equal(
            """{"whole":1,"mixed":2,"pointers":3,"cut":4,"unmapped":5,"untold":6,"unreadable":7,"broken":8,"table_frames":9,"pointer_frames":10}""",
            JsonElement.Parse(Sample.Written(ProfileFormats.Json, profile)).GetProperty("unwind").GetRawText());
    }
}
