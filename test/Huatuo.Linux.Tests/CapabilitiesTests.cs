namespace Huatuo.Linux.Tests;

public class CapabilitiesTests
{
    private const string Status = "Name:\tcat\nCapInh:\t0000000000000000\nCapPrm:\t000001ffffffffff\nCapEff:\t000000c400201004\nCapBnd:\t0\n";

    [Fact]
    public void The_effective_set_is_read()
    {
        using var tree = new TreeFixture().Write("self/status", Status);
        Assert.True(Capabilities.TryRead(out var capabilities, tree.Root));
        var has = Enum.GetValues<Capability>().Where(capabilities.Has);
        Assert.Equal(
            [
                Capability.CAP_DAC_READ_SEARCH, Capability.CAP_NET_ADMIN, Capability.CAP_SYS_ADMIN, Capability.CAP_SYSLOG,
                Capability.CAP_PERFMON, Capability.CAP_BPF,
            ],
            has);
        Assert.False(capabilities.Has((Capability)64));
        Assert.False(capabilities.Has((Capability)(-1)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Name:\tcat\n")]
    [InlineData("Name:\tCapEff:\t1\n")]
    [InlineData("Name:\tx\nCapEff:\t\n")]
    [InlineData("Name:\tx\nCapEff:\t12")]
    [InlineData("Name:\tx\nCapEff:\txyz\n")]
    [InlineData("Name:\tx\nCapEff:\t12 34\n")]
    [InlineData("Name:\tx\nCapEff:\t11112222333344445\n")]
    public void Without_the_line_nothing_is_claimed(string? status)
    {
        using var tree = new TreeFixture();
        if (status is not null) tree.Write("self/status", status);
        Assert.False(Capabilities.TryRead(out var capabilities, tree.Root));
        Assert.Equal(default, capabilities);
    }

    [Fact]
    public void Damaged_content_is_parsed_or_refused()
    {
        for (int seed = 0; seed < 5000; seed++)
            if (!Capabilities.TryParse(Mutation.Of(System.Text.Encoding.UTF8.GetBytes(Status), seed), out var capabilities))
                Assert.Equal(default, capabilities);
    }

    [Fact]
    public void This_process_has_what_its_status_says()
    {
        Assert.True(Capabilities.TryRead(out var capabilities));
        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("CapEff:", StringComparison.Ordinal));
        Assert.Equal(Convert.ToUInt64(line[8..], 16), capabilities.Effective);
    }
}
