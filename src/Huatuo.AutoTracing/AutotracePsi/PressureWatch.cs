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
    private readonly PressureTriggers _triggers;
    private readonly Thread _thread;

    private PressureWatch(PressureTriggers triggers, Action<string> told)
    {
        _triggers = triggers;
        _thread = new Thread(() => Run(told)) { Name = "huatuo-pressure", IsBackground = true };
        _thread.Start();
    }

    /// <inheritdoc cref="PressureListening"/>
    internal static IDisposable? Start(string procRoot, IEnumerable<(string Resource, double Percent)> levels, Action<string> told) =>
        PressureTriggers.TryOpen(procRoot, levels) is { } triggers ? new PressureWatch(triggers, told) : null;

    /// <summary>Nothing is told any more when it returns.</summary>
    public void Dispose()
    {
        _triggers.Stop();
        _thread.Join();
        _triggers.Dispose();
    }

    private void Run(Action<string> told)
    {
        for (List<string> resources = []; _triggers.Wait(resources); resources.Clear())
            resources.ForEach(told);
    }
}
