using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using Huatuo.EndToEnd.Tests.Machine;
using Huatuo.EndToEnd.Tests.Product;

namespace Huatuo.EndToEnd.Tests;

/// <summary><c>huatuo profile</c> as users run it.</summary>
public sealed class ProfileTests
{
    // Tables for stacks are made on x86_64 only.
    private static readonly string[] s_unwind = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? ["unwind"] : [];

    [Fact]
    public async Task A_busy_process_is_profiled_into_a_file_and_compared_with_itself()
    {
        using var folder = new TemporaryFolder();
        using Busy busy = Busy.Start();
        string json = Path.Combine(folder.Path, "cpu.json"), pprof = Path.Combine(folder.Path, "cpu.pb.gz");
        Ending ending = (await HuatuoProcess.RunAsync("profile", "oncpu", "--pid", $"{busy.Id}", "--duration", "2s", "--frequency", "499", "-o", "json", "--output", json)).Expect(0);
        Assert.Empty(ending.Output);
        Assert.Contains(" samples, 0 lost, ", ending.Error, StringComparison.Ordinal);
        Assert.EndsWith($"; written to {json}", ending.Error, StringComparison.Ordinal);

        JsonElement profile = JsonElement.Parse(File.ReadAllText(json), new JsonDocumentOptions { MaxDepth = 1024 }), samples = profile.GetProperty("samples");
        Assert.Equal(["kind", "event", "start", "duration_ns", "period_ns", "total_ns", "samples", "frames", .. s_unwind, "stacks"], profile.EnumerateObject().Select(field => field.Name));
        Assert.Equal(("cpu", "cpu-clock"), (profile.GetProperty("kind").GetString(), profile.GetProperty("event").GetString()));
        JsonElement process = Assert.Single(profile.GetProperty("stacks").EnumerateArray());
        Assert.Equal(("bash", "process"), (process.GetProperty("name").GetString(), process.GetProperty("kind").GetString()));
        Assert.Equal(samples.GetProperty("sampled").GetInt64() * profile.GetProperty("period_ns").GetInt64(), process.GetProperty("total_ns").GetInt64());
        Assert.Equal(samples.GetProperty("seen").GetInt64(), ((string[])["idle", "filtered", "brief", "lost", "sampled"]).Sum(field => samples.GetProperty(field).GetInt64()));

        if (s_unwind.Length > 0)
            Assert.True(profile.GetProperty("unwind").GetProperty("whole").GetInt64() > 0.9 * samples.GetProperty("sampled").GetInt64(), profile.GetProperty("unwind").GetRawText());
        Ending pointers = (await HuatuoProcess.RunAsync("profile", "oncpu", "--pid", $"{busy.Id}", "--duration", "1s", "--unwind", "fp", "-o", "json", "--output", "-")).Expect(0);
        Assert.False(JsonElement.Parse(pointers.Output, new JsonDocumentOptions { MaxDepth = 1024 }).TryGetProperty("unwind", out _));

        await using (HuatuoProcess stopped = HuatuoProcess.Start("profile", "oncpu", "--pid", $"{busy.Id}", "--duration", "1h", "--output", pprof))
        {
            await Eventually.HoldsAsync("the profiler to begin", () => File.Exists(pprof));
            stopped.Signal(Signal.Interrupt);
            (await stopped.EndAsync()).Expect(0);
        }
        using (var content = new GZipStream(File.OpenRead(pprof), CompressionMode.Decompress))
            Assert.True(content.ReadByte() > 0);
        Ending same = (await HuatuoProcess.RunAsync("profile", "diff", pprof, pprof)).Expect(0);
        Assert.StartsWith("  CHANGE   BEFORE    AFTER  FUNCTION", same.Output, StringComparison.Ordinal);
        Assert.All(same.Output.Split('\n')[1..], line => Assert.StartsWith("    0.00 ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Waits_go_to_standard_output_as_collapsed_stacks()
    {
        using Process sleeper = Process.Start(new ProcessStartInfo("bash", ["-c", "while :; do read -r -t 0.01; done"]) { RedirectStandardInput = true })!;
        try
        {
            Ending ending = (await HuatuoProcess.RunAsync("profile", "offcpu", "--pid", $"{sleeper.Id}", "--duration", "2s", "--phase", "blocked", "-o", "collapsed", "--output", "-")).Expect(0);
            string[] lines = ending.Output.Split('\n');
            Assert.All(lines, line => Assert.Matches(@"^bash;.*;\[blocked: [a-zI/O]+\] [0-9]+$", line));
            Assert.Contains(lines, line => line.Contains(";[woken by i", StringComparison.Ordinal) && line.Contains("];[blocked: interruptible] ", StringComparison.Ordinal));
        }
        finally
        {
            sleeper.Kill();
            sleeper.WaitForExit();
        }
    }

    [Theory]
    [InlineData("memory", "--kind physical", "alloc_space", "bytes")]
    [InlineData("memory", "--kind virtual", "virtual_space", "bytes")]
    [InlineData("memory", "--kind held", "inuse_space", "bytes")]
    [InlineData("io", "--layer file --sample 1", "io", "ns bytes")]
    [InlineData("io", "--layer file --by bytes --sample 1", "io", "bytes ns")]
    [InlineData("io", "--layer block", "io", "ns bytes")]
    [InlineData("lock", "", "lock", "ns")]
    public async Task Events_have_their_own_kinds_and_units(string profiler, string options, string kind, string units)
    {
        // It starts programs, reads and writes.
        using Process worker = Process.Start(new ProcessStartInfo("bash", ["-c", "while :; do head -c 100000 /proc/self/exe > /dev/null; read -r line < /etc/passwd; done"]))!;
        try
        {
            Ending ending = (await HuatuoProcess.RunAsync(["profile", profiler, "--duration", "2s", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries), "-o", "json", "--output", "-"])).Expect(0);
            JsonElement profile = JsonElement.Parse(ending.Output, new JsonDocumentOptions { MaxDepth = 1024 }), samples = profile.GetProperty("samples");
            string[] totals = [.. units.Split(' ').Select(unit => "total_" + unit)];
            Assert.Equal(["kind", "start", "duration_ns", "period_ns", .. totals, "samples", "frames", .. s_unwind, "stacks"], profile.EnumerateObject().Select(field => field.Name));
            Assert.Equal(kind, profile.GetProperty("kind").GetString());
            Assert.Equal(samples.GetProperty("seen").GetInt64(), ((string[])["idle", "filtered", "brief", "lost", "sampled"]).Sum(field => samples.GetProperty(field).GetInt64()));
            foreach (string total in totals)
                Assert.Equal(profile.GetProperty(total).GetInt64(), profile.GetProperty("stacks").EnumerateArray().Sum(process => process.GetProperty(total).GetInt64()));
            if (profiler == "memory" || options.Contains("file", StringComparison.Ordinal))
                Assert.True(profile.GetProperty(totals[0]).GetInt64() > 0, ending.Output);
        }
        finally
        {
            worker.Kill();
            worker.WaitForExit();
        }
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_or_read_is_1_and_nothing_stays_of_it()
    {
        Ending ending = (await HuatuoProcess.RunAsync("profile", "oncpu", "--output", "/nothing/cpu.pb.gz")).Expect(1);
        Assert.StartsWith("huatuo: ", ending.Error, StringComparison.Ordinal);
        Assert.Contains("/nothing/cpu.pb.gz", ending.Error, StringComparison.Ordinal);
        Ending missing = (await HuatuoProcess.RunAsync("profile", "diff", "/nothing/a", "/nothing/b")).Expect(1);
        Assert.Contains("/nothing/a", missing.Error, StringComparison.Ordinal);
    }

    /// <summary>A shell that does nothing but that.</summary>
    private sealed class Busy(Process process) : IDisposable
    {
        internal int Id => process.Id;

        internal static Busy Start() => new(Process.Start("bash", ["-c", "while :; do :; done"]));

        public void Dispose()
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }
}
