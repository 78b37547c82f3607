using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Huatuo.AutoTracing.Cpuidle;
using Huatuo.AutoTracing.Cpusys;
using Huatuo.AutoTracing.Dload;
using Huatuo.AutoTracing.Iotracing;
using Huatuo.AutoTracing.Memburst;
using Huatuo.Flow.Ledger;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.AutoTracing;

/// <summary>
/// Triggers at the thresholds and with the cool-down that hold unless said, only looked at more often: nothing of an idle machine, and of a
/// cause that stays, or comes again and again, one picture.
/// </summary>
[Trait("kernels", "all")]
public sealed class ThresholdsKernelTests
{
    private const string Id = "7e507e507e507e507e507e507e507e507e507e507e507e507e507e507e507e50";
    private const int Looks = 240;
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task The_kernels_share_of_all_CPUs_gives_one_picture()
    {
        DisposableMachine.Require();
        await using CompiledProgram program = Reader();
        JsonElement data = await OneAsync(station => new CpusysTracer(station), new CpusysOptions { Interval = s_second, CaptureTime = s_second }, async _ => await program.StartAsync());
        Assert.Equal((45, 20), (data.GetProperty("system_percent_threshold").GetInt32(), data.GetProperty("system_percent_delta_threshold").GetInt32()));
        Assert.True(data.GetProperty("system_percent").GetInt32() > 45 && data.GetProperty("system_percent_delta").GetInt32() > 20, data.GetRawText());
    }

    [Fact]
    public async Task A_container_that_is_idle_and_burns_in_turns_gives_one_picture()
    {
        DisposableMachine.Require();
        await using CompiledProgram program = Reader();
        await using var cgroup = new MemoryCgroup("docker-" + Id + ".scope");
        AccountedProcess? accounted = null;
        JsonElement data = await OneAsync(station => new CpuidleTracer(station), new CpuidleOptions { Interval = s_second, CaptureTime = s_second }, async tracer =>
        {
            Process process = await program.StartAsync(cgroup);
            accounted = await AccountedProcess.OfAsync(tracer, Id, process.Id);
        });
        accounted?.Dispose();
        Assert.True(data.GetProperty("system_percent").GetInt32() > 45 || data.GetProperty("total_percent").GetInt32() > 90, data.GetRawText());
    }

    [Fact]
    public async Task Memory_that_doubles_to_most_of_the_machines_gives_one_picture()
    {
        DisposableMachine.Require();
        await using var cgroup = new MemoryCgroup();
        // Just more of the machine's than the threshold, and well more than there was before, which grows by some until then.
        long before = Bytes("AnonPages"), taken = Math.Max(Bytes("MemTotal") * 72 / 100 - before, before * 4 / 3);
        Assert.True(Bytes("MemAvailable") > taken + (32 << 20), $"the machine is too small: {taken >> 20} MiB are to be taken, {Bytes("MemAvailable") >> 20} are there");
        var options = new MemburstOptions { Interval = TimeSpan.FromMilliseconds(500) };
        await using CompiledProgram program = Taker(taken);
        JsonElement data = await OneAsync(station => new MemburstTracer(station), options, async _ => await program.StartAsync(cgroup));
        (long now, long oldest) = (data.GetProperty("anon_bytes").GetInt64(), data.GetProperty("anon_before_bytes").GetInt64());
        Assert.True(now >= 2 * oldest && now > Bytes("MemTotal") * 7 / 10, data.GetRawText());
    }

    [Fact]
    public async Task A_container_with_tasks_that_wait_gives_one_picture()
    {
        DisposableMachine.Require();
        const int tasks = 40;
        await using var cgroup = new MemoryCgroup("docker-" + Id + ".scope");
        using var silent = new SilentFileSystem(parallel: true);
        List<Process> victims = [];
        JsonElement data = await OneAsync(station => new DloadTracer(station), new DloadOptions { Interval = s_second }, async _ =>
        {
            victims.AddRange(Enumerable.Range(0, tasks).Select(i => cgroup.Start($"exec stat '{silent.Path}/{i}'")));
            await silent.AskedAsync(tasks);
            // Who waits for an answer is woken by nothing but it once a signal has come.
            foreach (Process victim in victims)
                victim.Kill();
        });
        silent.Abort();
        foreach (Process victim in victims)
            await victim.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(5, data.GetProperty("threshold").GetDouble());
        Assert.True(data.GetProperty("dload_avg").GetDouble() > 5, data.GetRawText());
    }

    [Fact]
    public async Task A_disk_that_is_busy_for_two_looks_gives_one_picture()
    {
        DisposableMachine.Require();
        using var disk = new LoopDisk();
        await using CompiledProgram program = Writer(disk.Folder);
        JsonElement data = await OneAsync(station => new IotracingTracer(station), new IotracingOptions { Interval = s_second, CaptureTime = s_second }, async _ => await program.StartAsync(), disk.Name);
        Assert.Equal(disk.Name, data.GetProperty("reason_snapshot").GetProperty("device").GetString());
    }

    private static async Task<JsonElement> OneAsync(Func<AutoTraceStation, AutoTracerDefinition> make, AutoTracerOptions options, Func<RunningTracer, Task> cause, string subject = "")
    {
        await using CountedLooks looks = await CountedLooks.StartAsync(make, options);
        await looks.QuietAsync();
        await cause(looks.Tracer);
        await looks.Tracer.Sink.WaitAsync(_ => true, $"{looks.Definition.Name} {subject}");
        await looks.UntilAsync(() => looks.Tracer.Ledger.Suppressed(SuppressReason.Cooldown) > 0, Looks, "its cause did not come again");
        return (await looks.OneAsync()).GetProperty("tracer_data");
    }

    // On each CPU it asks the kernel for zeros for three seconds of every six.
    private static CompiledProgram Reader() => new("zeros", """
        #include <fcntl.h>
        #include <pthread.h>
        #include <stdio.h>
        #include <time.h>
        #include <unistd.h>
        static void *reads(void *zeros)
        {
            static char room[1 << 20];
            for (int file = *(int *)zeros;;) {
                for (time_t end = time(NULL) + 3; time(NULL) < end;)
                    if (read(file, room, sizeof(room)) < 0)
                        return NULL;
                sleep(3);
            }
        }
        int main(void)
        {
            int zeros = open("/dev/zero", O_RDONLY);
            pthread_t thread;
            puts("ready");
            fflush(stdout);
            for (long left = sysconf(_SC_NPROCESSORS_ONLN); left > 1; left--)
                pthread_create(&thread, NULL, reads, &zeros);
            reads(&zeros);
        }
        """, "-O2");

    private static CompiledProgram Taker(long bytes) => new("takes", $$"""
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <unistd.h>
        int main(void)
        {
            puts("ready");
            fflush(stdout);
            memset(malloc({{bytes}}), 1, {{bytes}});
            pause();
        }
        """);

    // So many at once that the disk has always something to do.
    internal static CompiledProgram Writer(string folder) => new("writes", $$"""
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <pthread.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <unistd.h>
        static void *writes(void *name)
        {
            void *bytes;
            int file = open(name, O_RDWR | O_CREAT | O_DIRECT, 0600);
            if (posix_memalign(&bytes, 4096, 1 << 20))
                return NULL;
            for (long i = 0; pwrite(file, bytes, 1 << 20, i % 4 << 20) > 0; i++)
                ;
            perror(name);
            exit(1);
        }
        int main(void)
        {
            static char names[8][256];
            pthread_t thread;
            puts("ready");
            fflush(stdout);
            for (int i = 0; i < 8; i++) {
                snprintf(names[i], sizeof(names[i]), "{{folder}}/%d", i);
                pthread_create(&thread, NULL, writes, names[i]);
            }
            pause();
        }
        """);

    private static long Bytes(string field)
    {
        string[] words = File.ReadLines("/proc/meminfo").First(line => line.StartsWith(field + ":", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return long.Parse(words[1], CultureInfo.InvariantCulture) << 10;
    }
}
