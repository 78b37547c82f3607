using System.Text;
using System.Text.RegularExpressions;
using Huatuo.Flow.Metrics;
using Huatuo.Http.Exposition;
using Huatuo.Http.Sources;

namespace Huatuo.Http.Tests.Sources;

public sealed class SourceTests
{
    [Fact]
    public void Build_information() => Assert.Equal(
        """
        # HELP huatuo_build_info The program that serves this page.
        # TYPE huatuo_build_info gauge
        huatuo_build_info{version="1.2.3",commit="abcdef0",dotnet="10.0.1",flavour="jit"} 1

        """,
        Render(new BuildInfoSource(TestServer.Version)));

    [Fact]
    public void Process_figures_and_nothing_for_those_that_are_unknown()
    {
        Assert.Equal(
            """
            # HELP process_cpu_seconds_total User and system CPU time.
            # TYPE process_cpu_seconds_total counter
            process_cpu_seconds_total 1.25
            # HELP process_threads Threads.
            # TYPE process_threads gauge
            process_threads 7
            # HELP process_resident_memory_bytes Resident memory.
            # TYPE process_resident_memory_bytes gauge
            process_resident_memory_bytes 4096
            # HELP process_virtual_memory_bytes Mapped address space.
            # TYPE process_virtual_memory_bytes gauge
            process_virtual_memory_bytes 8192
            # HELP process_open_fds Open file descriptors.
            # TYPE process_open_fds gauge
            process_open_fds 12
            # HELP process_max_fds Soft limit of open file descriptors.
            # TYPE process_max_fds gauge
            process_max_fds 1024
            # HELP process_start_time_seconds Start of the process, in seconds since 1970-01-01 UTC.
            # TYPE process_start_time_seconds gauge
            process_start_time_seconds 1700000000.5

            """,
            Render(TestServer.OwnSources()[1]));
        Assert.Equal(
            """
            # HELP process_cpu_seconds_total User and system CPU time.
            # TYPE process_cpu_seconds_total counter
            process_cpu_seconds_total 0
            # HELP process_threads Threads.
            # TYPE process_threads gauge
            process_threads 0

            """,
            Render(new ProcessSource((out sample) =>
            {
                sample = default;
                return true;
            })));
    }

    [Fact]
    public void A_process_that_cannot_be_read_is_a_failure()
    {
        var source = new ProcessSource((out sample) =>
        {
            sample = default;
            return false;
        });
        Assert.Throws<IOException>(() => source.Write(new PrometheusText(ExpositionFormat.Text)));
    }

    [Fact]
    public void Runtime_figures()
    {
        using var source = new RuntimeSource();
        var before = Value(Render(source), "dotnet_exceptions_total");
        try
        {
            throw new InvalidOperationException("counted");
        }
        catch (InvalidOperationException)
        {
            GC.Collect();
        }

        var page = Render(source);
        Assert.True(Value(page, "dotnet_exceptions_total") > before);
        Assert.True(Value(page, "dotnet_gc_collections_total{generation=\"2\"}") > 0);
        Assert.Equal(
            """
            # HELP dotnet_gc_collections_total Garbage collections that included this generation; one of generation 2 counts in all three.
            # TYPE dotnet_gc_collections_total counter
            dotnet_gc_collections_total{generation="0"} N
            dotnet_gc_collections_total{generation="1"} N
            dotnet_gc_collections_total{generation="2"} N
            # HELP dotnet_gc_heap_bytes Managed heap in use, garbage included.
            # TYPE dotnet_gc_heap_bytes gauge
            dotnet_gc_heap_bytes N
            # HELP dotnet_gc_allocated_bytes_total Bytes allocated on the managed heap.
            # TYPE dotnet_gc_allocated_bytes_total counter
            dotnet_gc_allocated_bytes_total N
            # HELP dotnet_gc_pause_seconds_total Time all managed threads stood still for the garbage collector.
            # TYPE dotnet_gc_pause_seconds_total counter
            dotnet_gc_pause_seconds_total N
            # HELP dotnet_threadpool_threads Threads in the thread pool.
            # TYPE dotnet_threadpool_threads gauge
            dotnet_threadpool_threads N
            # HELP dotnet_exceptions_total Exceptions thrown, caught or not.
            # TYPE dotnet_exceptions_total counter
            dotnet_exceptions_total N

            """,
            Regex.Replace(page, "^([^#].*) [0-9.E-]+$", "$1 N", RegexOptions.Multiline));
    }

    private static double Value(string page, string series) =>
        double.Parse(page.Split('\n').Single(line => line.StartsWith(series + " ", StringComparison.Ordinal))[(series.Length + 1)..]);

    private static string Render(IMetricSource source)
    {
        var page = new PrometheusText(ExpositionFormat.Text);
        page.Begin();
        source.Write(page);
        page.End();
        return Encoding.UTF8.GetString(page.Written.Span);
    }
}
