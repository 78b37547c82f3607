namespace Huatuo.Bpf.Tests;

public sealed class BpfExceptionTests
{
    [Theory]
    [InlineData("load", "dropwatch", 1, "", "cannot load dropwatch: EPERM (operation not permitted)")]
    [InlineData("set the size of", "dropwatch.events_ring", 22, "", "cannot set the size of dropwatch.events_ring: EINVAL (invalid argument)")]
    [InlineData("load", "dropwatch", 13, "R1 invalid mem access", "cannot load dropwatch: EACCES (permission denied): R1 invalid mem access")]
    [InlineData("write", "dropwatch.ports", 4095, "", "cannot write dropwatch.ports: errno 4095")]
    public void MessagesTellWhatWasTriedAndWhatTheKernelSaid(string operation, string subject, int errno, string detail, string message)
    {
        var refused = new BpfException(operation, subject, errno, detail);
        Assert.Equal(message, refused.Message);
        Assert.Equal((operation, subject, errno, errno == 1), (refused.Operation, refused.Subject, refused.Errno, refused.IsPermission));
    }
}
