using Huatuo.Linux.Proc;

namespace Huatuo.AutoTracing.AutotracePsi;

/// <summary>Begins to listen to the kernel.</summary>
/// <param name="procRoot">Where proc is mounted.</param>
/// <param name="levels">Resources, and what is too much, in percent.</param>
/// <param name="told">Called for each resource that was over its level for a moment, by a thread of its own.</param>
/// <returns>Ends it; null when the kernel grants nothing such.</returns>
internal delegate IDisposable? PressureListening(string procRoot, IEnumerable<(string Resource, double Percent)> levels, Action<string> told);

/// <summary>A thread that waits for what the kernel tells of pressure.</summary>
internal sealed class PressureWatch : IDisposable
{
    private readonly PressurePoll _poll;
    private readonly Dictionary<ulong, string> _resources;
    private readonly Thread _thread;

    private PressureWatch(PressurePoll poll, Dictionary<ulong, string> resources, Action<string> told)
    {
        (_poll, _resources) = (poll, resources);
        _thread = new Thread(() => Run(told)) { Name = "huatuo-pressure", IsBackground = true };
        _thread.Start();
    }

    /// <inheritdoc cref="PressureListening"/>
    internal static IDisposable? Start(string procRoot, IEnumerable<(string Resource, double Percent)> levels, Action<string> told)
    {
        var poll = new PressurePoll();
        Dictionary<ulong, string> resources = [];
        foreach ((string resource, double percent) in levels)
            if (percent > 0 && poll.Add(Path.Combine(procRoot, "pressure", resource), percent) is { } key)
                resources[key] = resource;
        if (resources.Count > 0)
            return new PressureWatch(poll, resources, told);
        poll.Dispose();
        return null;
    }

    /// <summary>Nothing is told any more when it returns.</summary>
    public void Dispose()
    {
        _poll.Stop();
        _thread.Join();
        _poll.Dispose();
    }

    private void Run(Action<string> told)
    {
        for (List<ulong> keys = []; _poll.Wait(keys); keys.Clear())
            foreach (ulong key in keys)
                told(_resources[key]);
    }
}
