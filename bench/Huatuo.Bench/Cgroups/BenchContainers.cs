using System.Diagnostics;
using System.Globalization;
using Huatuo.Bench.Site;

namespace Huatuo.Bench.Cgroups;

/// <summary>Cgroups that are named as a runtime names its containers, with a process in each; removed when disposed of.</summary>
internal sealed class BenchContainers : IAsyncDisposable
{
    private const string Root = "/sys/fs/cgroup", Below = "huatuo-bench";

    // Where memory has a mount of its own, every controller has.
    private static readonly string[] s_mounts = Directory.Exists($"{Root}/memory")
        ? [.. new[] { "memory", "cpu", "cpuacct", "blkio", "pids" }.Select(name => $"{Root}/{name}").Where(Directory.Exists)]
        : [Root];

    private readonly List<string> _names = [];
    private readonly List<Process> _processes = [];

    internal BenchContainers()
    {
        foreach (string mount in s_mounts)
            Directory.CreateDirectory($"{mount}/{Below}");
        if (s_mounts is [Root])
        {
            File.WriteAllText($"{Root}/cgroup.subtree_control", "+memory +cpu +io");
            File.WriteAllText($"{Root}/{Below}/cgroup.subtree_control", "+memory +cpu +io");
        }
    }

    /// <summary>Makes some more.</summary>
    /// <param name="count">How many.</param>
    /// <param name="script">What runs in each.</param>
    internal void Add(int count, string script)
    {
        for (int i = 0; i < count; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{Below}/docker-{_names.Count:x64}.scope");
            foreach (string mount in s_mounts)
                Directory.CreateDirectory($"{mount}/{name}");
            _names.Add(name);
            Process process = Command.Start("sh", "-c", $"exec {script}");
            _processes.Add(process);
            foreach (string mount in s_mounts)
                File.WriteAllText($"{mount}/{name}/cgroup.procs", process.Id.ToString(CultureInfo.InvariantCulture));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Process process in _processes)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
        foreach (string mount in s_mounts)
        {
            foreach (string name in _names)
                Directory.Delete($"{mount}/{name}");
            Directory.Delete($"{mount}/{Below}");
        }
    }
}
