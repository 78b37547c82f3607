using System.Globalization;
using Huatuo.Agent.Cli;
using Huatuo.Agent.Configuration;
using Huatuo.Flow.Containers;
using Huatuo.Linux.Cgroups;
using Huatuo.Profiling;

namespace Huatuo.Agent.Runtime;

/// <summary>Finds what is to be profiled.</summary>
internal static class ProfileTargets
{
    /// <summary>The target that is asked for.</summary>
    /// <returns>Null when there is none; why was printed.</returns>
    internal static async Task<ProfileTarget?> FindAsync(ProfileRequest request, CancellationToken stop)
    {
        var target = new ProfileTarget { Tgid = request.Pid ?? 0, Tid = request.Tid ?? 0, Cpus = request.Cpus };
        if (request.Pid is { } pid && !IsProcess(pid))
            return Fail($"--pid: there is no process {pid}");
        if (request.Tid is { } tid && !Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{tid}")))
            return Fail($"--tid: there is no thread {tid}");
        if (request.Container is not { } container)
            return target;
        if (SharedOptions.Load(request.ConfigFile, []) is not { } config)
            return null;
        return await FindContainerAsync(config, container, stop).ConfigureAwait(false) is { } id ? target with { CgroupId = id } : null;
    }

    private static async Task<ulong?> FindContainerAsync(AgentConfig config, string text, CancellationToken stop)
    {
        await using ContainerSurvey survey = await ContainerSurvey.MakeAsync(config, stop).ConfigureAwait(false);
        IReadOnlyList<Container> found = survey.Find(text);
        if (found.Count != 1)
        {
            Fail(found.Count == 0 ? $"--container: there is no container '{text}'" : $"--container: '{text}' may be {string.Join(", ", found.Select(one => one.Id[..12]))}");
            return null;
        }
        ulong id = 0;
        if (CgroupMounts.Load().IdentityPath is { } mount)
            CgroupTree.TryRead(mount, (cgroup, path) => id = path == found[0].CgroupPath ? cgroup : id, stop);
        if (id != 0)
            return id;
        Fail($"--container: the cgroup of {found[0].Id[..12]} is gone");
        return null;
    }

    // A thread has a folder too, under its own number.
    private static bool IsProcess(uint pid)
    {
        try
        {
            return File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/status"))
                .Any(line => line.StartsWith("Tgid:", StringComparison.Ordinal) && line[5..].Trim() == pid.ToString(CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static ProfileTarget? Fail(string error)
    {
        Console.Error.WriteLine($"huatuo: {error}");
        return null;
    }
}
