using System.Globalization;
using Huatuo.Flow.Containers;
using Huatuo.Linux.Cgroups;

namespace Huatuo.Profiling.Capturing;

/// <summary>What somebody wants to profile; a field that is not set does not restrict.</summary>
internal sealed record TargetRequest
{
    /// <summary>A container, by the beginning of its id or by its name.</summary>
    internal string? Container { get; init; }

    /// <summary>A process, by its number in the first PID namespace.</summary>
    internal uint? Pid { get; init; }

    /// <summary>A thread, alike.</summary>
    internal uint? Tid { get; init; }

    /// <summary>CPUs; null for all.</summary>
    internal IReadOnlyList<int>? Cpus { get; init; }

    /// <summary>Finds it on this machine.</summary>
    /// <param name="containers">Those that live; asked only when a container is wanted.</param>
    /// <param name="prefix">What stands before the fields' names in errors.</param>
    /// <returns>The target, and the container that it is, if it is one.</returns>
    /// <exception cref="TargetException">It is not there, or there is more than one.</exception>
    internal (ProfileTarget Target, Container? Container) Find(Func<IReadOnlyList<Container>> containers, string prefix)
    {
        if (Pid == 0 || Tid == 0 || Cpus is { Count: 0 })
            throw new TargetException($"{prefix}cpus, {prefix}pid and {prefix}tid: an empty list or 0 names nothing");
        if (Pid is { } pid && !IsProcess(pid))
            throw new TargetException($"{prefix}pid: there is no process {pid}");
        if (Tid is { } tid && !Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{tid}")))
            throw new TargetException($"{prefix}tid: there is no thread {tid}");
        Container? container = Container is { } text ? Find(containers(), text, prefix) : null;
        return (new ProfileTarget { Tgid = Pid ?? 0, Tid = Tid ?? 0, Cpus = Cpus, CgroupId = container is null ? 0 : CgroupOf(container, prefix) }, container);
    }

    private static Container Find(IReadOnlyList<Container> all, string text, string prefix)
    {
        Container[] found = text.Length == 0 ? [] : [.. all.Where(container => container.Id.StartsWith(text, StringComparison.OrdinalIgnoreCase) || container.Names.Name == text)];
        return found.Length == 1 ? found[0] : throw new TargetException(found.Length == 0
            ? $"{prefix}container: there is no container '{text}'"
            : $"{prefix}container: '{text}' may be {string.Join(", ", found.Take(8).Select(one => one.Id[..12]))}");
    }

    private static ulong CgroupOf(Container container, string prefix)
    {
        ulong id = 0;
        if (CgroupMounts.Load().IdentityPath is { } mount)
            CgroupTree.TryRead(mount, (cgroup, path) => id = path == container.CgroupPath ? cgroup : id);
        return id != 0 ? id : throw new TargetException($"{prefix}container: the cgroup of {container.Id[..12]} is gone");
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
}

/// <summary>What is to be profiled is not there.</summary>
/// <param name="message">Why, with the field's name.</param>
internal sealed class TargetException(string message) : Exception(message);
