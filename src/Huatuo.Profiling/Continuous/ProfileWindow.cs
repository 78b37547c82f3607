using Huatuo.Flow.Containers;
using Huatuo.Profiling.Sampling;

namespace Huatuo.Profiling.Continuous;

/// <summary>The profiles of one window: one for each container, and one for all that is in none.</summary>
/// <param name="recorder">Whose samples.</param>
/// <param name="containerOf">The container that a cgroup is in.</param>
internal sealed class ProfileWindow(ISplitRecorder recorder, Func<ulong, Container?> containerOf)
{
    /// <summary>How many containers have a profile of their own; samples of more are dropped, and counted.</summary>
    internal const int MostContainers = 1024;

    private readonly Dictionary<ulong, Profile?> _byCgroup = [];
    private readonly Dictionary<string, (Container Container, Profile Profile)> _containers = [];
    private readonly Profile _host = recorder.Profile;

    /// <summary>The profiles.</summary>
    internal IEnumerable<(Container? Container, Profile Profile)> All => _containers.Values.Select(one => ((Container?)one.Container, one.Profile)).Prepend((null, _host));

    /// <summary>Where samples of a cgroup go.</summary>
    /// <returns>Null when there is no room.</returns>
    internal Profile? Of(ulong cgroup)
    {
        if (!_byCgroup.TryGetValue(cgroup, out Profile? profile))
            _byCgroup[cgroup] = profile = containerOf(cgroup) is { } container ? Of(container) : _host;
        return profile;
    }

    private Profile? Of(Container container)
    {
        if (_containers.TryGetValue(container.Id, out (Container, Profile Profile) known))
            return known.Profile;
        if (_containers.Count >= MostContainers)
            return null;
        var profile = new Profile(_host.Kind, _host.Frames) { PeriodNanoseconds = _host.PeriodNanoseconds };
        _containers[container.Id] = (container, profile);
        return profile;
    }
}
