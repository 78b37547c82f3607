namespace Huatuo.Linux.Tests;

public sealed class CapabilityBoundTests
{
    private const int EPERM = 1;
    private const string Status = "Name:\tcat\nCapEff:\t000000c000201004\n";

    [Fact]
    public void What_is_not_kept_is_dropped_and_the_rest_is_set()
    {
        using var tree = new TreeFixture().Write("self/status", Status);
        var calls = new Calls();
        Assert.Null(CapabilityBound.Tighten([Capability.CAP_BPF, Capability.CAP_PERFMON, Capability.CAP_SYSLOG], calls, tree.Root));
        Assert.Equal(0xc000000000ul, calls.Left);
        Assert.Equal(Enumerable.Range(0, 64).Except([38, 39]), calls.Dropped);
    }

    [Fact]
    public void Without_any_other_nothing_is_asked_of_the_kernel()
    {
        using var tree = new TreeFixture().Write("self/status", "Name:\tcat\nCapEff:\t0000008000000000\n");
        var calls = new Calls { Errno = EPERM };
        Assert.Null(CapabilityBound.Tighten([Capability.CAP_BPF], calls, tree.Root));
        Assert.Null(calls.Left);
        Assert.Empty(calls.Dropped);
    }

    [Fact]
    public void A_call_that_fails_is_told_with_what_is_kept()
    {
        using var tree = new TreeFixture().Write("self/status", Status);
        Assert.Equal(
            "capset: Operation not permitted; 3 capabilities that are not used are kept",
            CapabilityBound.Tighten([Capability.CAP_BPF, Capability.CAP_PERFMON], new Calls { Errno = EPERM }, tree.Root));
        Assert.Equal("capset: Operation not permitted", CapabilityBound.Refusal(new Calls { Errno = EPERM }));
    }

    [Fact]
    public void Without_knowing_what_there_is_nothing_is_given_up_and_that_is_told()
    {
        using var tree = new TreeFixture();
        var calls = new Calls();
        Assert.Equal(
            $"{tree.Root}/self/status does not tell which capabilities there are; all are kept",
            CapabilityBound.Tighten([Capability.CAP_BPF], calls, tree.Root));
        Assert.Null(calls.Left);
    }

    [Fact]
    public void What_a_thread_has_it_may_have_again()
    {
        Assert.True(Capabilities.TryRead(out Capabilities before));
        Assert.Null(CapabilityBound.Refusal());
        Assert.True(Capabilities.TryRead(out Capabilities after));
        Assert.Equal(before, after);
    }

    private sealed class Calls : ICapabilityCalls
    {
        public int Errno { get; init; }

        public ulong? Left { get; private set; }

        public List<int> Dropped { get; } = [];

        public void DropFromBound(int bit) => Dropped.Add(bit);

        public int Set(ulong effective)
        {
            Left = effective;
            return Errno;
        }

        public int SetAsTheyAre() => Errno;
    }
}
