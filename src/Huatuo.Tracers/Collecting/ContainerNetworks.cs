using System.Globalization;
using Huatuo.Flow.Containers;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Collecting;

/// <summary>
/// Files of <c>/proc/PID/net</c> of every network namespace of containers: one container for each, of a pod's the oldest, as a rule
/// its sandbox. Those in the host's are left out.
/// </summary>
/// <param name="services">Containers and roots.</param>
/// <param name="files">The files' names.</param>
internal sealed class ContainerNetworks(TracerServices services, params string[] files)
{
    private readonly string _host = LinkOf(services.Roots.Proc, "1");
    private readonly Dictionary<Container, Namespace> _known = [];
    private readonly Dictionary<uint, Container> _oldest = [];
    private readonly List<ContainerEntry> _entries = [];

    /// <summary>The containers whose network namespace is there now.</summary>
    internal List<ContainerEntry> Live()
    {
        _oldest.Clear();
        _entries.Clear();
        IReadOnlyList<Container> live = services.Containers.Live;
        for (int i = 0; i < live.Count; i++)
            if (live[i].Init is { } init && (!_oldest.TryGetValue(init.NetnsInode, out Container? other) || live[i].StartedAt < other.StartedAt))
                _oldest[init.NetnsInode] = live[i];
        foreach (Container gone in _known.Keys.Where(container => !container.IsLive).ToArray())
            _known.Remove(gone);
        foreach (Container container in _oldest.Values)
            if (Of(container) is { } found && found.Link != _host && LinkOf(services.Roots.Proc, found.Pid) == found.Link)
                _entries.Add(found.Entry);
        _entries.Sort(ContainerEntry.ById);
        return _entries;
    }

    private Namespace? Of(Container container)
    {
        if (container.Init is not { } init)
            return null;
        string pid = init.Pid.ToString(CultureInfo.InvariantCulture);
        if (_known.TryGetValue(container, out Namespace? known) && known.Pid == pid)
            return known;
        string folder = Path.Combine(services.Roots.Proc, pid, "net");
        return _known[container] = new Namespace(
            pid, string.Create(CultureInfo.InvariantCulture, $"net:[{init.NetnsInode}]"), new ContainerEntry(container, [.. files.Select(file => Path.Combine(folder, file))]));
    }

    // The process may be gone, and its number another's.
    private static string LinkOf(string proc, string pid)
    {
        try
        {
            return new FileInfo(Path.Combine(proc, pid, "ns/net")).LinkTarget ?? "";
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private sealed record Namespace(string Pid, string Link, ContainerEntry Entry);
}
