using System.Diagnostics;
using System.Globalization;
using Huatuo.Bench.Measure;
using Huatuo.Bench.Site;
using Huatuo.Profiling.Symbols;

namespace Huatuo.Bench.Profiles;

/// <summary>How long it takes until the functions of a file that was never seen have names, beside <c>nm</c>.</summary>
internal static class SymbolsBench
{
    private const int Functions = 500_000;

    internal static async Task RunAsync(BenchRun run)
    {
        List<string[]> rows = [];
        foreach (string file in Libraries())
            rows.Add(await MeasureAsync(run, file, isDynamic: true));
        rows.Add(await MeasureAsync(run, await ManyFunctionsAsync(run), isDynamic: false));
        var report = new Report(run, "symbols", "Names of a file's functions");
        report.Text($"Large libraries that compilers bring, which have dynamic symbols only, and one of {Functions:#,0} functions with a symbol table: from opening the file to a table in which functions are found by "
            + "address, read anew each time, with the file in the page cache. Beside it binutils' `nm`, a C program that lists the same symbols, its start included and its output thrown away. Medians.");
        report.Table("Until functions are found", ["file", "MB", "functions", "ms", "of `nm`", "allocated, MB", "kept, MB"], rows);
        report.Save();
    }

    private static async Task<string[]> MeasureAsync(BenchRun run, string file, bool isDynamic)
    {
        BenchRun.Say($"symbols: {file}");
        Samples own = new(), others = new(), allocated = new();
        FunctionTable table = FunctionTable.Empty;
        for (int round = 0; round < run.Choose(11, 2); round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread(), began = Stopwatch.GetTimestamp();
            using (ByteSource bytes = RootedFile.Open("/", file) ?? throw new BenchException($"{file} cannot be read"))
                table = ElfFile.TryRead(bytes, out ElfFile? elf) ? ElfFunctions.Read(elf, out _) : throw new BenchException($"{file} is no ELF file");
            own.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            allocated.Add(GC.GetAllocatedBytesForCurrentThread() - before);

            began = Stopwatch.GetTimestamp();
            using (Process nm = Command.Start("sh", "-c", $"exec nm {(isDynamic ? "-D " : "")}--defined-only \"$0\" >/dev/null", file))
                await nm.WaitForExitAsync(run.Stop);
            others.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }
        return
        [
            Path.GetFileName(file), Format.MB(new FileInfo(file).Length), Format.Number(table.Count), Format.Number(own.Median), $"×{own.Median / others.Median:0.00}",
            Format.MB((long)allocated.Median), Format.MB(table.ResidentBytes),
        ];
    }

    private static IEnumerable<string> Libraries()
    {
        foreach (string pattern in (string[])["libLLVM*.so*", "libclang-cpp.so*"])
            if (Directory.EnumerateFiles("/usr/lib/x86_64-linux-gnu", pattern).Select(path => new FileInfo(path)).Where(file => file.LinkTarget is null).MaxBy(file => file.Length) is { } largest)
                yield return largest.FullName;
    }

    private static async Task<string> ManyFunctionsAsync(BenchRun run)
    {
        string source = Path.Combine(run.Scratch, "functions.s"), library = Path.Combine(run.Scratch, "functions.so");
        using (var text = new StreamWriter(source))
        {
            for (int i = 0; i < Functions; i++)
            {
                string number = i.ToString(CultureInfo.InvariantCulture), name = $"_ZN5bench8functions{number.Length + 6}module{number}3runERKSt6vectorIiSaIiEE";
                await text.WriteLineAsync($".hidden {name}\n.globl {name}\n.type {name},@function\n{name}: ret\n.size {name},.-{name}");
            }
        }
        await Command.RunAsync(run.Stop, "gcc", "-shared", "-nostdlib", source, "-o", library);
        return library;
    }
}
