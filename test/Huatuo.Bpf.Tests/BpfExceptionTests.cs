namespace Huatuo.Bpf.Tests;

public sealed class BpfExceptionTests
{
    [Theory]
    [InlineData("load", "dropwatch", 1, "", "cannot load dropwatch: EPERM (operation not permitted)", true)]
    [InlineData("set the size of", "dropwatch.events_ring", 22, "", "cannot set the size of dropwatch.events_ring: EINVAL (invalid argument)", false)]
    [InlineData("load", "dropwatch", 13, "R1 invalid mem access", "cannot load dropwatch: EACCES (permission denied): R1 invalid mem access", false)]
    [InlineData("open", "the CPU clock of CPU 0", 13, "", "cannot open the CPU clock of CPU 0: EACCES (permission denied)", true)]
    [InlineData("write", "dropwatch.ports", 4095, "", "cannot write dropwatch.ports: errno 4095", false)]
    public void MessagesTellWhatWasTriedAndWhatTheKernelSaid(string operation, string subject, int errno, string detail, string message, bool permission)
    {
        var refused = new BpfException(operation, subject, errno, detail);
        Assert.Equal(message, refused.Message);
        Assert.Equal((operation, subject, errno, permission), (refused.Operation, refused.Subject, refused.Errno, refused.IsPermission));
    }
}
