using System.Diagnostics;
using System.Globalization;
using System.Text;
using Huatuo.Profiling.Symbols;
using Huatuo.Profiling.Tests.Harness;

namespace Huatuo.Profiling.Tests.Symbols;

/// <summary>Files of this machine's compiler, against what its own tools tell of them.</summary>
public sealed class ElfTests : IDisposable
{
    private const string Source = "static int count; __attribute__((noinline)) void first(void) { count += 1; } __attribute__((noinline)) static void second(void) { count += 2; } int main(void) { first(); second(); return count; }";
    private readonly TemporaryFolder _folder = new();
    private readonly string _program;

    public ElfTests()
    {
        File.WriteAllText(_folder.File("program.c"), Source);
        _program = _folder.File("program");
        Run("gcc", "-O1", "-Wl,--build-id", _folder.File("program.c"), "-o", _program);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Functions_are_those_that_nm_lists()
    {
        FunctionTable table = Functions(_program, out ElfFile elf, out bool isWhole);
        Assert.True(isWhole);
        foreach (string name in (ReadOnlySpan<string>)["first", "second", "main"])
        {
            ulong address = ulong.Parse(Run("nm", _program).Split('\n').Single(line => line.EndsWith(" " + name, StringComparison.Ordinal)).Split(' ')[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            Assert.True(table.TryFind(address, out ReadOnlySpan<byte> found));
            Assert.Equal(name, Encoding.UTF8.GetString(found));
        }
        Assert.False(table.TryFind(1, out _));
        Assert.Contains($"Build ID: {elf.BuildId}", Run("readelf", "-n", _program), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_stripped_file_has_its_functions_in_a_separate_one(bool byChecksum)
    {
        string debug = _folder.File("program.debug");
        if (byChecksum)
            Run("gcc", "-O1", "-Wl,--build-id=none", _folder.File("program.c"), "-o", _program);
        Run("objcopy", "--only-keep-debug", _program, debug);
        Run("objcopy", "--strip-all", $"--add-gnu-debuglink={debug}", _program);
        Assert.False(Finds(Functions(_program, out ElfFile elf, out _), "second"));
        Assert.Equal(byChecksum, elf.BuildId.Length == 0);
        Assert.True(Finds(DebugFiles.Functions(elf, _program, ["/"]), "second"));

        // A file of another program under the same name is no answer.
        File.WriteAllText(_folder.File("other.c"), "void second(void) {} int main(void) { return 3; }");
        Run("gcc", _folder.File("other.c"), "-o", debug);
        Assert.Equal(0, DebugFiles.Functions(elf, _program, ["/"]).Count);
    }

    [Fact]
    public void A_separate_file_is_found_by_build_id_in_another_root()
    {
        string id = Functions(_program, out ElfFile elf, out _) is not null ? elf.BuildId : "";
        string folder = _folder.File($"root/usr/lib/debug/.build-id/{id[..2]}");
        Directory.CreateDirectory(folder);
        File.Copy(_program, $"{folder}/{id[2..]}.debug");
        Assert.True(Finds(DebugFiles.Functions(elf, "/bin/program", [_folder.File("root")]), "second"));
    }

    [Fact]
    public void A_file_is_told_from_a_stripped_one_of_its_build_id()
    {
        string whole = Key();
        Assert.Equal(whole, Key());
        Run("strip", _program);
        Assert.NotEqual(whole, Key());
        Assert.Equal(whole.Split(' ')[0], Key().Split(' ')[0]);
    }

    [Fact]
    public void A_file_without_a_build_id_is_told_from_the_one_that_was_in_its_place()
    {
        Run("gcc", "-O1", "-Wl,--build-id=none", _folder.File("program.c"), "-o", _program);
        string before = Key();
        Assert.Equal(before, Key());
        // The kernel's time of a change may stand still for some milliseconds.
        Assert.True(SpinWait.SpinUntil(() =>
        {
            File.WriteAllBytes(_program, File.ReadAllBytes(_program));
            return Key() != before;
        }, TimeSpan.FromMinutes(1)));
    }

    private string Key()
    {
        using FileBytes? file = RootedFile.Open("/", _program);
        return MappedFile.Of(file, new Mapping(0, 1, 0, "fe:00 77", _program)).Key;
    }

    [Fact]
    public void Links_do_not_lead_out_of_a_root()
    {
        Directory.CreateDirectory(_folder.File("root/tmp"));
        File.CreateSymbolicLink(_folder.File("root/tmp/map"), _program);
        Assert.Null(RootedFile.Open(_folder.File("root"), "/tmp/map"));
        Assert.Null(RootedFile.Open(_folder.File("root"), "/../program"));
        Run("mkfifo", _folder.File("root/pipe"));
        Assert.Null(RootedFile.Open(_folder.File("root"), "/pipe"));
        using FileBytes? own = RootedFile.Open("/", _program);
        Assert.NotNull(own);
    }

    [Fact]
    public void Damaged_files_give_fewer_names_and_nothing_else()
    {
        byte[] whole = File.ReadAllBytes(_program);
        int withNames = 0;
        for (int seed = 0; seed < 5000; seed++)
        {
            var bytes = new MemoryBytes(Mutation.Of(whole, seed));
            if (!ElfFile.TryRead(bytes, out ElfFile? elf))
                continue;
            FunctionTable table = ElfFunctions.Read(elf, out _);
            elf.Layout.TryAddress(0x1000, out _);
            table.TryFind(0x1139, out _);
            table.TryFind(ulong.MaxValue, out _);
            withNames += table.Count > 0 ? 1 : 0;
            Assert.Equal(0, elf.BuildId.Length % 2);
        }
        Assert.InRange(withNames, 1, 5000);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\u007fELF")]
    [InlineData("#!/bin/sh\n")]
    public void Other_files_are_none(string text) => Assert.False(ElfFile.TryRead(new MemoryBytes(Encoding.UTF8.GetBytes(text)), out _));

    private static FunctionTable Functions(string path, out ElfFile elf, out bool isWhole)
    {
        using FileBytes bytes = RootedFile.Open("/", path)!;
        Assert.True(ElfFile.TryRead(bytes, out ElfFile? read));
        elf = new Func<ElfFile>(() =>
        {
            Assert.True(ElfFile.TryRead(new MemoryBytes(File.ReadAllBytes(path)), out ElfFile? copy));
            return copy;
        })();
        return ElfFunctions.Read(read, out isWhole);
    }

    private static bool Finds(FunctionTable table, string name)
    {
        for (ulong address = 0x1000; address < 0x2000; address++)
            if (table.TryFind(address, out ReadOnlySpan<byte> found) && found.SequenceEqual(Encoding.UTF8.GetBytes(name)))
                return true;
        return false;
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
