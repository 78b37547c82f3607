namespace Huatuo.Kernel.Tests.Harness;

/// <summary>A CPU whose thread of softirqs is before all others, however busy the test is itself; as it was with this.</summary>
internal sealed class UrgentSoftirqs : IDisposable
{
    private readonly string _pid;

    internal UrgentSoftirqs(int cpu)
    {
        _pid = Command.Run("", "pgrep", "-x", $"ksoftirqd/{cpu}").Trim();
        Command.Run("", "renice", "-n", "-5", "-p", _pid);
    }

    public void Dispose() => Command.Run("", "renice", "-n", "0", "-p", _pid);
}
