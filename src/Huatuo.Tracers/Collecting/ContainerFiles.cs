using Huatuo.Flow.Containers;

namespace Huatuo.Tracers.Collecting;

/// <summary>The paths of files of every live container, made once for each and kept while it lives. One caller at a time.</summary>
/// <param name="containers">The containers.</param>
/// <param name="paths">Gives the paths; null while they are not known.</param>
internal sealed class ContainerFiles(IContainers containers, Func<Container, string[]?> paths)
{
    /// <summary>How many containers have rows of their own; the rest is <c>other</c>.</summary>
    internal const int Most = 1000;

    /// <summary>The one label of what tells of a container as a whole, and the first of others.</summary>
    internal const string Label = "container_id";

    private readonly HashSet<Container> _known = [];
    private readonly List<ContainerEntry> _entries = [];
    private readonly Predicate<ContainerEntry> _isOver = entry => !entry.Container.IsLive;

    /// <summary>Those files of a container's cgroup, each in the folder of its controller.</summary>
    /// <param name="containers">The containers.</param>
    /// <param name="files">Controllers and names.</param>
    internal static ContainerFiles Of(IContainers containers, params (string Controller, string Name)[] files) => new(containers, container =>
    {
        string[] found = new string[files.Length];
        for (int i = 0; i < files.Length; i++)
            found[i] = containers.Folder(container, files[i].Controller) is { } folder ? Path.Combine(folder, files[i].Name) : "";
        return found;
    });

    /// <summary>The live containers, those known longest first, so that none loses its own rows to a new one.</summary>
    internal List<ContainerEntry> Live()
    {
        _entries.RemoveAll(_isOver);
        _known.RemoveWhere(container => !container.IsLive);
        IReadOnlyList<Container> live = containers.Live;
        int known = _entries.Count;
        for (int i = 0; i < live.Count; i++)
            if (!_known.Contains(live[i]) && paths(live[i]) is { } found)
            {
                _known.Add(live[i]);
                _entries.Add(new ContainerEntry(live[i], found));
            }
        if (known < _entries.Count)
            _entries.Sort(known, _entries.Count - known, ContainerEntry.ById);
        return _entries;
    }
}

/// <summary>One container.</summary>
/// <param name="Container">Who it is.</param>
/// <param name="Paths">Its files.</param>
internal sealed record ContainerEntry(Container Container, string[] Paths)
{
    internal static IComparer<ContainerEntry> ById { get; } = Comparer<ContainerEntry>.Create((one, other) => string.CompareOrdinal(one.Container.Id, other.Container.Id));
}
