namespace Huatuo.Kernel.Tests.Harness;

/// <summary>A file below /proc/sys that has another value for a while.</summary>
internal sealed class KernelSetting : IDisposable
{
    private readonly string _file;
    private readonly string _before;

    /// <param name="name">Below /proc/sys: <c>kernel/hung_task_timeout_secs</c>.</param>
    /// <param name="value">For now.</param>
    internal KernelSetting(string name, string value)
    {
        _file = Path.Combine("/proc/sys", name);
        _before = File.ReadAllText(_file);
        File.WriteAllText(_file, value);
    }

    public void Dispose() => File.WriteAllText(_file, _before);
}
