using System.Globalization;
using Huatuo.Flow.Containers;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>A process in its container's cgroup where CPU time is accounted, which on v1 is another one; moved back with this.</summary>
internal sealed class AccountedProcess : IDisposable
{
    private readonly string? _folder;

    private AccountedProcess(string folder, int pid)
    {
        if (Directory.Exists(folder))
            return;
        _folder = folder;
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "cgroup.procs"), pid.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Puts it there when the container is known.</summary>
    /// <param name="tracer">Whose services tell.</param>
    /// <param name="container">The container's id.</param>
    /// <param name="pid">The process.</param>
    internal static async Task<AccountedProcess> OfAsync(RunningTracer tracer, string container, int pid)
    {
        using var guard = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        Container? found;
        while ((found = tracer.Services.Containers.Find(container)) is null)
            await Task.Delay(20, guard.Token);
        return new AccountedProcess(tracer.Services.Containers.Folder(found, "cpuacct")!, pid);
    }

    public void Dispose()
    {
        if (_folder is null)
            return;
        foreach (string line in File.ReadLines(Path.Combine(_folder, "cgroup.procs")))
            File.WriteAllText(Path.Combine(_folder, "../../cgroup.procs"), line);
        Directory.Delete(_folder);
        Directory.Delete(Path.GetDirectoryName(_folder)!);
    }
}
