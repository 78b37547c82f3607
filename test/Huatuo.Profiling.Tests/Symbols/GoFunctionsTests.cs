using System.Diagnostics;
using System.Text;
using Huatuo.Profiling.Symbols;
using Huatuo.Profiling.Tests.Harness;

namespace Huatuo.Profiling.Tests.Symbols;

/// <summary>Stripped files with the table that Go's runtime reads, laid out by hand.</summary>
public sealed class GoFunctionsTests : IDisposable
{
    private const uint Go118 = 0xfffffff0, Go120 = 0xfffffff1;
    private const int CodeBytes = 48;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(Go118, "_start", ".gopclntab")]
    [InlineData(Go120, "_start", ".gopclntab")]
    [InlineData(Go120, "0", ".gopclntab")]
    [InlineData(Go118, "0", ".data.rel.ro.gopclntab")]
    public void Functions_are_found_by_address(uint version, string text, string section)
    {
        FunctionTable table = Functions(Made(version, text, section), out ulong start);
        Assert.Equal(
            ["main.heavy", "main.heavy", "main.(*Cart).light", "main.(*Cart).light", ""],
            ((ulong[])[0, 15, 16, CodeBytes - 1, CodeBytes]).Select(at => table.TryFind(start + at, out ReadOnlySpan<byte> name) ? Encoding.UTF8.GetString(name) : ""));
        Assert.Equal(2, table.Count);
    }

    [Theory]
    [InlineData(0xfffffffau, "_start", CodeBytes)]
    [InlineData(Go118, "_start + 0x100000", CodeBytes)]
    [InlineData(Go118, "_start", 1 << 20)]
    // Code of others lies before it or behind it.
    [InlineData(Go118, "0", CodeBytes - 1)]
    public void Where_it_cannot_be_said_where_they_lie_there_are_none(uint version, string text, int end) =>
        Assert.Equal(0, Functions(Made(version, text, ".gopclntab", end, padding: 64), out _).Count);

    [Fact]
    public void Damaged_tables_give_fewer_names_and_nothing_else()
    {
        byte[] whole = File.ReadAllBytes(Made(Go118, "_start", ".gopclntab"));
        int at = whole.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xf0, 0xff, 0xff, 0xff, 0, 0, 1, 8]), withNames = 0;
        for (int seed = 0; seed < 5000; seed++)
        {
            byte[] damaged = Mutation.Of(whole.AsSpan(at, 160), seed);
            byte[] bytes = [.. whole[..at], .. damaged.Concat(new byte[160]).Take(160), .. whole[(at + 160)..]];
            Assert.True(ElfFile.TryRead(new MemoryBytes(bytes), out ElfFile? elf));
            FunctionTable table = ElfFunctions.Read(elf, out bool isWhole);
            Assert.False(isWhole);
            table.TryFind(ulong.MaxValue, out _);
            withNames += table.Count > 0 ? 1 : 0;
        }
        Assert.InRange(withNames, 1, 4999);
    }

    private static FunctionTable Functions(string path, out ulong start)
    {
        Assert.True(ElfFile.TryRead(new MemoryBytes(File.ReadAllBytes(path)), out ElfFile? elf));
        Assert.True(elf.Layout.TryAddress(elf.Sections.Single(section => section.Name == ".text").Offset, out start));
        FunctionTable table = ElfFunctions.Read(elf, out bool isWhole);
        Assert.False(isWhole);
        return table;
    }

    /// <summary>runtime/symtab.go: pcHeader, names, and the table of functions with what describes them.</summary>
    private string Made(uint version, string text, string section, int end = CodeBytes, int padding = 0)
    {
        string source = _folder.File("program.s"), program = _folder.File("program");
        File.WriteAllText(source, $"""
            .text
            .globl _start
            _start: .skip {CodeBytes + padding}
            .section {section}, "aw"
            header:
            .long {version}
            .byte 0, 0, 1, 8
            .quad 2, 0, {text}, names - header, 0, 0, 0, functions - header
            names: .asciz "main.heavy"
            .asciz "main.(*Cart).light"
            .balign 4
            functions: .long 0, first - functions, 16, second - functions, {end}
            first: .long 0, 0
            second: .long 16, 11
            .skip 64

            """);
        using Process compiler = Process.Start("gcc", ["-nostdlib", "-static", "-no-pie", "-s", "-Wl,--unique=.data.rel.ro.gopclntab", source, "-o", program]);
        compiler.WaitForExit();
        Assert.Equal(0, compiler.ExitCode);
        return program;
    }
}
