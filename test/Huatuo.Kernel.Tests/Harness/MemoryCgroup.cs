using System.Globalization;
using Huatuo.Linux.Cgroups;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>A cgroup of the hierarchy that the memory controller belongs to, and the processes that the test put there.</summary>
internal sealed class MemoryCgroup : IAsyncDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(20), s_patience = TimeSpan.FromMinutes(1);

    private readonly string _mount;
    private readonly string _root;
    private readonly List<System.Diagnostics.Process> _members = [];

    /// <param name="below">A last component, such as a container's id; empty for none.</param>
    internal MemoryCgroup(string below = "")
    {
        CgroupMounts mounts = CgroupMounts.Load();
        _mount = mounts.MemoryV1Path ?? mounts.UnifiedPath!;
        _root = string.Create(CultureInfo.InvariantCulture, $"/huatuo-test-{Environment.ProcessId}-{Guid.NewGuid():N}");
        Path = below.Length > 0 ? $"{_root}/{below}" : _root;
        Directory.CreateDirectory(_mount + Path);
        if (mounts.MemoryV1Path is null && below.Length > 0)
            File.WriteAllText($"{_mount}{_root}/cgroup.subtree_control", "+memory");
    }

    /// <summary>Its path below the mount point.</summary>
    internal string Path { get; }

    /// <summary>The file that takes the number of a process to have it within.</summary>
    internal string Processes => $"{_mount}{Path}/cgroup.procs";

    /// <summary>Its kernfs id.</summary>
    internal ulong Id
    {
        get
        {
            ulong id = 0;
            CgroupTree.TryRead(CgroupMounts.Load().IdentityPath!, (cgroup, at) => id = at == Path ? cgroup : id);
            return id;
        }
    }

    /// <summary>Whether <c>memory.stat</c> has page tables (5.11).</summary>
    internal bool TellsPageTables => File.ReadLines($"{_mount}{Path}/memory.stat").Any(line => line.StartsWith("pagetables ", StringComparison.Ordinal));

    /// <summary>Starts a shell script within it, in the network namespace of the calling thread; ended with the cgroup.</summary>
    internal System.Diagnostics.Process Start(string script)
    {
        System.Diagnostics.Process process = Command.Start("bash", "-c", $"echo $$ > '{Processes}' && {script}");
        _members.Add(process);
        return process;
    }

    /// <summary>Limits its memory.</summary>
    internal void Limit(string bytes) =>
        File.WriteAllText(_mount + Path + (CgroupMounts.Load().MemoryV1Path is null ? "/memory.max" : "/memory.limit_in_bytes"), bytes);

    public async ValueTask DisposeAsync()
    {
        foreach (System.Diagnostics.Process member in _members)
        {
            if (!member.HasExited)
                member.Kill(entireProcessTree: true);
            await member.WaitForExitAsync();
            member.Dispose();
        }
        if (Path != _root)
            await RemoveAsync(_mount + Path);
        await RemoveAsync(_mount + _root);
    }

    // Who was killed is in it until the kernel has ended it, and a quota that is used up makes that wait for a CPU.
    private static async Task RemoveAsync(string folder)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (File.ReadLines(folder + "/cgroup.procs").Any())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < s_patience, $"processes stay in {folder}");
            await Task.Delay(s_interval);
        }
        Directory.Delete(folder);
    }
}
