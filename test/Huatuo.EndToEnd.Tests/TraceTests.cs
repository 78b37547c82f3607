using Huatuo.EndToEnd.Tests.Machine;
using Huatuo.EndToEnd.Tests.Product;

namespace Huatuo.EndToEnd.Tests;

public sealed class TraceTests
{
    private const int Port = 4712;

    [Fact]
    public async Task It_ends_after_its_duration()
    {
        using var network = new NetworkPair();
        Ending ending = (await HuatuoProcess.RunAsync("trace", "dropwatch", "--duration", "1s", "--set", $"addresses={network.Network}")).Expect(0);
        Assert.Empty(ending.Output);
        Assert.Equal("huatuo: 0 events", ending.Error);
    }

    [Fact]
    public async Task Events_go_to_standard_output_and_what_is_said_about_them_to_standard_error()
    {
        using var network = new NetworkPair();
        await using HuatuoProcess trace = HuatuoProcess.Start("trace", "dropwatch", "--set", $"addresses={network.Network}");
        await Eventually.HoldsAsync("a drop is printed", () =>
        {
            network.ConnectToClosed(Port);
            return trace.Output.Text.Length > 0;
        });
        trace.Signal(Signal.Interrupt);
        Ending ending = (await trace.EndAsync()).Expect(0);
        Assert.Matches(@"^huatuo: \d+ events$", ending.Error);
        Assert.All(ending.Output.Split('\n'), line => Assert.Matches(@"^(    \S+|\d{4}-.* IPv4/TCP .*)", line));
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public async Task A_reader_that_goes_away_ends_it(string format)
    {
        using var network = new NetworkPair();
        await using HuatuoProcess trace = HuatuoProcess.Start("trace", "dropwatch", "-o", format, "--set", $"addresses={network.Network}");
        await Eventually.HoldsAsync("a drop is printed", () =>
        {
            network.ConnectToClosed(Port);
            return trace.Output.Text.Length > 0;
        });
        trace.CloseOutput();
        await Eventually.HoldsAsync("it has ended", () =>
        {
            network.ConnectToClosed(Port);
            return trace.HasExited;
        });
        (await trace.EndAsync()).Expect(0);
    }
}
