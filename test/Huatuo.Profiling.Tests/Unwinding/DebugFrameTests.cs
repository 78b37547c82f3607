using System.Diagnostics;
using Huatuo.Bpf.Abi;
using Huatuo.Profiling.Symbols;
using Huatuo.Profiling.Tests.Harness;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.Tests.Unwinding;

/// <summary>Call frame information that is for debuggers gives the rules that the one for exceptions gives.</summary>
public sealed class DebugFrameTests : IDisposable
{
    private const string Program = """
        #include <stdlib.h>
        #define APART __attribute__((noinline, noclone))
        static volatile long sum;
        APART long leaf(long x) { volatile char room[40]; room[x % 40] = x; return room[x % 40]; }
        APART long unused(long x) { volatile char room[4000]; room[x % 4000] = x; return leaf(x) + room[0]; }
        APART long many(long a, long b, long c) { long x = leaf(a), y = leaf(b + x), z = leaf(c + y); return x * y + z * leaf(x + y + z); }
        APART long grows(long x) { volatile char *room = __builtin_alloca(x + 16); room[x] = 1; return many(x, room[x], x) + 1; }
        static int compare(const void *a, const void *b) { return grows(*(int *)a) - leaf(*(int *)b); }
        int main(int count, char **arguments) { int numbers[3] = { 3, count, 2 }; qsort(numbers, 3, sizeof(int), compare); sum += grows(count); return sum & 1; }
        """;

    private static readonly string[] s_functions = ["leaf", "unused", "many", "grows", "compare", "main"];

    private readonly TemporaryFolder _folder = new();

    // That of a process, with the program in bin.
    private string Root => _folder.File("root");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("-gdwarf-2")]
    [InlineData("-gdwarf-3")]
    [InlineData("-gdwarf-4")]
    [InlineData("-gdwarf-5")]
    [InlineData("-gdwarf-5", "-gz=zlib")]
    [InlineData("-gdwarf-5", "-no-pie", "-fno-pie")]
    [InlineData("-gdwarf-4", "-ffunction-sections", "-Wl,--gc-sections")]
    [InlineData("-gdwarf-4", "-gdwarf64")]
    public void Rules_are_those_of_the_same_program_with_frames_for_exceptions(params string[] options)
    {
        string with = Compile("with", ["-fasynchronous-unwind-tables", .. options]), without = Compile("without", ["-fno-asynchronous-unwind-tables", "-fno-unwind-tables", "-fno-exceptions", .. options]);
        Assert.Contains(".debug_frame", Sections(without));
        string[] functions = options.Contains("-Wl,--gc-sections") ? [.. s_functions.Except(["unused"])] : s_functions;
        foreach (string function in functions)
        {
            (ulong Offset, UnwindRule Rule)[] rows = Of(function, with);
            Assert.True(rows.Length >= 2 || function == "leaf", function);
            Assert.Equal(rows, Of(function, without));
        }
    }

    [Theory]
    [InlineData(".build-id")]
    [InlineData(".debug")]
    [InlineData(".build-id", "-gz=zlib")]
    [InlineData(".build-id", "-no-pie", "-fno-pie")]
    [InlineData(".debug", "-Wl,--build-id=none")]
    public void They_are_read_from_a_separate_file(string place, params string[] options)
    {
        string whole = Compile("whole", ["-fno-asynchronous-unwind-tables", "-fno-unwind-tables", "-gdwarf-4", "-Wl,--build-id", .. options]), stripped = Split(whole, place);
        Assert.DoesNotContain(".debug_frame", Sections(stripped));
        foreach (string function in s_functions)
        {
            (ulong Offset, UnwindRule Rule)[] rows = Of(function, whole);
            Assert.True(rows.Length >= 2 || function == "leaf", function);
            Assert.Equal(rows, Of(function, whole, Rules(stripped, Root)));
            Assert.All(Of(function, whole, Rules(stripped)), row => Assert.Equal(UnwindKind.None, row.Rule.Kind));
        }
    }

    [Fact]
    public void Those_of_another_program_are_not_taken()
    {
        string whole = Compile("whole", ["-fno-asynchronous-unwind-tables", "-gdwarf-4", "-Wl,--build-id"]), stripped = Split(whole, ".debug");
        File.Copy(Compile("other", ["-fno-asynchronous-unwind-tables", "-gdwarf-4", "-Wl,--build-id", "-O1"]), Root + "/bin/.debug/whole.debug", overwrite: true);
        Assert.All(Of("grows", whole, Rules(stripped, Root)), row => Assert.Equal(UnwindKind.None, row.Rule.Kind));
    }

    [Fact]
    public void They_move_with_a_program_that_was_moved_after_it_was_split()
    {
        string[] options = ["-fno-asynchronous-unwind-tables", "-gdwarf-4", "-no-pie", "-fno-pie", "-Wl,--build-id=0x0123456789"];
        string here = Compile("here", [.. options, "-Wl,-Ttext-segment=0x400000"]), moved = Compile("moved", [.. options, "-Wl,-Ttext-segment=0x7400000"]);
        Split(here, ".build-id");
        Run("strip", "-o", Root + "/bin/moved", moved);
        foreach (string function in s_functions)
            Assert.Equal(Of(function, moved), Of(function, moved, Rules(Root + "/bin/moved", Root)));
        using FileBytes bytes = RootedFile.Open("/", Root + "/bin/moved")!;
        Assert.True(ElfFile.TryRead(bytes, out ElfFile? elf));
        Assert.True(DebugFiles.Functions(elf, "/bin/moved", [Root]).TryFind(Bounds(moved, "grows").Begin, out ReadOnlySpan<byte> name));
        Assert.Equal("grows"u8, name);
    }

    [Fact]
    public void Without_it_a_function_has_no_rule()
    {
        string path = Compile("bare", ["-fno-asynchronous-unwind-tables", "-fno-unwind-tables", "-g0"]);
        Assert.DoesNotContain(".debug_frame", Sections(path));
        Assert.All(Of("grows", path), row => Assert.Equal(UnwindKind.None, row.Rule.Kind));
    }

    [Fact]
    public void Damaged_sections_give_fewer_rules_and_nothing_else()
    {
        string path = Compile("damaged", ["-fno-asynchronous-unwind-tables", "-gdwarf-5"]);
        using FileBytes file = RootedFile.Open("/", path)!;
        Assert.True(ElfFile.TryRead(file, out ElfFile? elf));
        byte[] section = elf.Read(elf.Sections.Single(one => one.Name == ".debug_frame"), 1 << 20)!;
        Assert.True(new CallFrameSection(section, 0, isDebug: true).Read().Count >= 6);
        for (int seed = 0; seed < 4000; seed++)
        {
            byte[] damaged = Mutation.Of(section, seed);
            var rules = new UnwindRules(200);
            UnwindTable.Compile(rules, new CallFrames(damaged, new CallFrameSection(damaged, 0, isDebug: true).Read()), CallFrames.None);
            for (int i = 1; i < rules.Count; i++)
                Assert.True(rules[i].Pc > rules[i - 1].Pc);
        }
    }

    [Fact]
    public void A_compressed_section_that_is_damaged_is_not_there()
    {
        byte[] whole = File.ReadAllBytes(Compile("packed", ["-fno-asynchronous-unwind-tables", "-gdwarf-5", "-gz=zlib"]));
        Assert.True(ElfFile.TryRead(new MemoryBytes(whole), out ElfFile? elf));
        ElfFile.Section section = elf.Sections.Single(one => one.Name == ".debug_frame");
        Assert.True(section.IsCompressed);
        Assert.NotNull(DebugSection.Read(elf, section, 1 << 20));
        Assert.Null(DebugSection.Read(elf, section, 100));
        // Type, and size of what is unpacked, in Elf64_Chdr; then the data.
        foreach ((int at, byte value) in ((int, byte)[])[(0, 2), (9, 0xff), (15, 0xff), (24, 0), (26, 0xff)])
        {
            byte[] damaged = [.. whole];
            damaged[(int)section.Offset + at] = value;
            Assert.True(ElfFile.TryRead(new MemoryBytes(damaged), out ElfFile? other));
            Assert.Null(DebugSection.Read(other, section, 1 << 20));
        }
    }

    // From the beginning of a function to its end, by the distance from it.
    private static (ulong Offset, UnwindRule Rule)[] Of(string function, string path, UnwindRules? rules = null)
    {
        (ulong begin, ulong end) = Bounds(path, function);
        rules ??= Rules(path);
        (ulong Pc, UnwindRule Rule)[] all = [.. Enumerable.Range(0, rules.Count).Select(index => rules[index])];
        UnwindRule first = all.LastOrDefault(row => row.Pc <= begin).Rule;
        return [(0, first), .. all.Where(row => row.Pc > begin && row.Pc < end).Select(row => (row.Pc - begin, row.Rule))];
    }

    private static (ulong Begin, ulong End) Bounds(string path, string function)
    {
        string[] cells = Run("nm", "-S", path).Split('\n').Select(line => line.Split(' ')).Single(parts => parts.Length == 4 && parts[3] == function);
        ulong begin = Convert.ToUInt64(cells[0], 16);
        return (begin, begin + Convert.ToUInt64(cells[1], 16));
    }

    // As of a process that has the file in its bin.
    private static UnwindRules Rules(string path, params string[] roots)
    {
        using FileBytes bytes = RootedFile.Open("/", path)!;
        Assert.True(ElfFile.TryRead(bytes, out ElfFile? elf));
        return UnwindTable.RulesOf(elf, "/bin/" + Path.GetFileName(path), roots);
    }

    private static string[] Sections(string path)
    {
        using FileBytes bytes = RootedFile.Open("/", path)!;
        Assert.True(ElfFile.TryRead(bytes, out ElfFile? elf));
        return [.. elf.Sections.Select(section => section.Name)];
    }

    // Leaves the separate file where a place is looked at in the root, and gives the rest of the program.
    private string Split(string whole, string place)
    {
        using FileBytes bytes = RootedFile.Open("/", whole)!;
        Assert.True(ElfFile.TryRead(bytes, out ElfFile? elf));
        string program = $"{Root}/bin/{Path.GetFileName(whole)}";
        string debug = place == ".debug" ? $"{Root}/bin/.debug/{Path.GetFileName(whole)}.debug" : $"{Root}/usr/lib/debug/.build-id/{elf.BuildId[..2]}/{elf.BuildId[2..]}.debug";
        foreach (string file in (string[])[program, debug])
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        Run("objcopy", "--only-keep-debug", whole, debug);
        Run("objcopy", "--strip-all", $"--add-gnu-debuglink={debug}", whole, program);
        return program;
    }

    private string Compile(string name, string[] options)
    {
        File.WriteAllText(_folder.File("program.c"), Program);
        Run("gcc", ["-O2", "-fomit-frame-pointer", "-fno-optimize-sibling-calls", .. options, _folder.File("program.c"), "-o", _folder.File(name)]);
        return _folder.File(name);
    }

    private static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
