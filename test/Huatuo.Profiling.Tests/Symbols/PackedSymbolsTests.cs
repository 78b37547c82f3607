using System.Diagnostics;
using System.Globalization;
using System.Text;
using Huatuo.Linux.Proc;
using Huatuo.Profiling.Symbols;
using Huatuo.Profiling.Tests.Harness;

namespace Huatuo.Profiling.Tests.Symbols;

/// <summary>Stripped programs with packed symbols, made by the tools that distributions make them with.</summary>
public sealed class PackedSymbolsTests : IDisposable
{
    private const string Source = "static int count; __attribute__((noinline)) void shown(void) { count += 1; } __attribute__((noinline)) static void hidden(void) { count += 2; } int main(void) { shown(); hidden(); return getchar() + count; }";
    private readonly TemporaryFolder _folder = new();
    private readonly string _program, _symbols, _packed;
    private readonly ulong _hidden, _shown;

    public PackedSymbolsTests()
    {
        (_program, _symbols, _packed) = (_folder.File("program"), _folder.File("symbols"), _folder.File("symbols.xz"));
        File.WriteAllText(_folder.File("program.c"), "#include <stdio.h>\n" + Source);
        Run("gcc", "-O1", "-rdynamic", _folder.File("program.c"), "-o", _program);
        string[] names = Run("nm", _program).Split('\n');
        (_hidden, _shown) = (Address(names, "hidden"), Address(names, "shown"));
        // As the distributions do: the dynamic symbols are not in it twice.
        Run("objcopy", "-S", "--keep-symbol=hidden", "--remove-section=.comment", _program, _symbols);
        Run("strip", _program);
        Run("xz", "-k", _symbols);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Functions_are_those_that_are_packed_and_the_dynamic_ones()
    {
        Assert.Equal("", Name(ElfFunctions.Read(Elf(_program), out _), _hidden));
        Pack(_packed);
        FunctionTable table = PackedSymbols.Read(Elf(_program), out bool isUnread);
        Assert.False(isUnread);
        Assert.Equal(("hidden", "shown"), (Name(table, _hidden), Name(table, _shown)));
    }

    [Fact]
    public void A_file_without_them_is_no_loss()
    {
        Assert.Equal(0, PackedSymbols.Read(Elf(_program), out bool isUnread).Count);
        Assert.False(isUnread);
    }

    [Fact]
    public void Without_the_library_they_count_as_unread()
    {
        Pack(_packed);
        Assert.Equal(0, PackedSymbols.Read(Elf(_program), out bool isUnread, "liblzma-that-is-not-there.so").Count);
        Assert.True(isUnread);
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("corrupt")]
    [InlineData("huge")]
    [InlineData("dictionary")]
    [InlineData("text")]
    [InlineData("empty")]
    public void Those_that_cannot_be_unpacked_count_as_unread(string how)
    {
        byte[] whole = File.ReadAllBytes(_packed);
        switch (how)
        {
            case "truncated":
                File.WriteAllBytes(_packed, whole[..(whole.Length / 2)]);
                break;
            case "corrupt":
                whole[whole.Length / 2] ^= 0x55;
                File.WriteAllBytes(_packed, whole);
                break;
            case "huge":
                // The true file, and zeros behind it up to more than is taken.
                using (FileStream file = File.OpenWrite(_symbols))
                    file.SetLength(65 << 20);
                Run("xz", "-kf", "-1", _symbols);
                break;
            case "dictionary":
                Run("xz", "-kf", "--lzma2=preset=1,dict=256MiB", _symbols);
                break;
            case "text":
                File.WriteAllText(_symbols, "no program");
                Run("xz", "-kf", _symbols);
                break;
            default:
                File.WriteAllBytes(_packed, []);
                break;
        }
        Pack(_packed);
        Assert.Equal(0, PackedSymbols.Read(Elf(_program), out bool isUnread).Count);
        Assert.True(isUnread);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_process_has_their_names_or_a_count(bool isSound)
    {
        if (!isSound)
            File.WriteAllText(_packed, "nothing that was packed");
        Pack(_packed);
        using Process process = Process.Start(new ProcessStartInfo(_program) { RedirectStandardInput = true })!;
        try
        {
            string folder = string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Id}");
            // The program that was started, and no longer the one that starts it.
            Assert.True(SpinWait.SpinUntil(() => File.ReadAllText(folder + "/maps").Contains(_program, StringComparison.Ordinal), TimeSpan.FromMinutes(1)));
            var environment = new SymbolEnvironment(new FrameTable(), "/proc");
            Assert.True(ProcessImage.TryRead(new FileBuffer(), folder, out ulong image));
            ulong start = ulong.Parse(File.ReadLines(folder + "/maps").First().Split('-')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            int frame = new ProcessSymbols(folder, image, environment).Frame(start + _hidden, 1);
            Assert.Equal(isSound ? "hidden" : string.Create(CultureInfo.InvariantCulture, $"[unknown] program+0x{_hidden:x}"), environment.Frames[frame].Name);
            Assert.Equal(isSound ? (1, 0, 0) : (0L, 1L, 1L), (environment.Counts.Named, environment.Counts.Nameless, environment.Counts.PackedUnread));
        }
        finally
        {
            process.StandardInput.Close();
            process.WaitForExit();
        }
    }

    private void Pack(string packed) => Run("objcopy", "--add-section", $".gnu_debugdata={packed}", _program);

    private static ElfFile Elf(string path)
    {
        Assert.True(ElfFile.TryRead(new MemoryBytes(File.ReadAllBytes(path)), out ElfFile? elf));
        return elf;
    }

    private static string Name(FunctionTable table, ulong address) => table.TryFind(address, out ReadOnlySpan<byte> name) ? Encoding.UTF8.GetString(name) : "";

    private static ulong Address(string[] lines, string name) =>
        ulong.Parse(lines.Single(line => line.EndsWith(" " + name, StringComparison.Ordinal)).Split(' ')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
