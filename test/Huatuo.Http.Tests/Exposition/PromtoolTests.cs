using System.Diagnostics;
using Huatuo.Http.Exposition;

namespace Huatuo.Http.Tests.Exposition;

/// <summary>What Prometheus's own linter says about our pages. Needs promtool (Debian package prometheus).</summary>
public sealed class PromtoolTests
{
    [Fact]
    public async Task A_page_with_everything_passes()
    {
        var page = new PrometheusText(ExpositionFormat.Text);
        page.Begin();
        Source.AllKinds.Write(page);
        page.End();
        Assert.Equal("0:", await CheckAsync(page.Written));
    }

    [Fact]
    public async Task The_page_of_the_server_passes()
    {
        await using var server = await TestServer.StartAsync(TestServer.OwnSources());
        await server.Client.GetAsync("/nothing", TestContext.Current.CancellationToken);
        var page = await server.Client.GetByteArrayAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Equal("0:", await CheckAsync(page));
    }

    [Fact]
    public async Task The_linter_does_read_what_it_is_given() =>
        Assert.StartsWith("3:a_total ", await CheckAsync("# TYPE a_total gauge\na_total 1\n"u8.ToArray()));

    private static async Task<string> CheckAsync(ReadOnlyMemory<byte> page)
    {
        var cancel = TestContext.Current.CancellationToken;
        using var promtool = Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
        })!;
        var complaints = promtool.StandardError.ReadToEndAsync(cancel);
        await promtool.StandardInput.BaseStream.WriteAsync(page, cancel);
        promtool.StandardInput.Close();
        await promtool.WaitForExitAsync(cancel);
        return $"{promtool.ExitCode}:{await complaints}";
    }
}
