using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using Huatuo.EndToEnd.Tests.Machine;
using Huatuo.EndToEnd.Tests.Product;

namespace Huatuo.EndToEnd.Tests;

/// <summary><c>huatuo profile</c> as users run it.</summary>
public sealed class ProfileTests
{
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
        Assert.Equal(["kind", "start", "duration_ns", "period_ns", "total_ns", "samples", "frames", "stacks"], profile.EnumerateObject().Select(field => field.Name));
        Assert.Equal("cpu", profile.GetProperty("kind").GetString());
        JsonElement process = Assert.Single(profile.GetProperty("stacks").EnumerateArray());
        Assert.Equal(("bash", "process"), (process.GetProperty("name").GetString(), process.GetProperty("kind").GetString()));
        Assert.Equal(samples.GetProperty("sampled").GetInt64() * profile.GetProperty("period_ns").GetInt64(), process.GetProperty("total_ns").GetInt64());
        Assert.Equal(samples.GetProperty("seen").GetInt64(), ((string[])["idle", "filtered", "brief", "lost", "sampled"]).Sum(field => samples.GetProperty(field).GetInt64()));

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
