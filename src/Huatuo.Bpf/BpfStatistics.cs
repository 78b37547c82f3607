using Huatuo.Bpf.Interop;

namespace Huatuo.Bpf;

/// <summary>
/// Has the kernel measure all BPF programs while it lives (<c>BPF_ENABLE_STATS</c>, 5.8). Costs every run some 50 to
/// 250 ns, so it is for samples.
/// </summary>
public sealed class BpfStatistics : IDisposable
{
    private const int RunTime = 0;
    private readonly FileHandle _fd;

    private BpfStatistics(int fd) => _fd = new FileHandle(fd);

    /// <summary>Switches the measurement on.</summary>
    /// <returns>Null when the kernel refuses.</returns>
    public static BpfStatistics? TryEnable()
    {
        int fd = LibBpf.bpf_enable_stats(RunTime);
        return fd >= 0 ? new BpfStatistics(fd) : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _fd.Dispose();
}
