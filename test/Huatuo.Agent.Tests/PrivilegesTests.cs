using Huatuo.Agent.Runtime;
using Huatuo.Linux;

namespace Huatuo.Agent.Tests;

/// <summary>What is kept of what the agent may do.</summary>
public sealed class PrivilegesTests
{
    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(5, 10, true)]
    [InlineData(5, 11, false)]
    [InlineData(7, 3, false)]
    public void What_only_old_kernels_ask_for_is_kept_on_these(int major, int minor, bool isKept)
    {
        Capability[] kept = [.. Privileges.Kept(new KernelRelease(major, minor, 0, ""))];
        Assert.Equal(isKept, kept.Contains(Capability.CAP_SYS_RESOURCE));
        Assert.Equal(Privileges.Used.Select(used => used.Capability).Where(used => used != Capability.CAP_SYS_RESOURCE), kept.Where(used => used != Capability.CAP_SYS_RESOURCE));
    }
}
