using Huatuo.AutoTracing.Capturing;
using Huatuo.AutoTracing.Looking;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Profiling;

namespace Huatuo.AutoTracing.AutotraceTrigger;

/// <summary>One run of <c>autotrace_trigger</c>.</summary>
internal sealed class AutotraceTriggerTrace : IAutoTrace<TriggerHit, AutotraceTriggerEvent>
{
    // A metric that nobody has is looked for on the whole page, which costs, only now and then.
    private const int SearchEvery = 30;
    private const int LargestProcesses = 10;

    private readonly TriggerState[] _states;
    private readonly TriggerReader _reader;
    private readonly TracerServices _services;
    private readonly IFlameSource _flames;
    private readonly Dictionary<string, IMetricSource> _sources = [];
    private readonly long _epoch;
    private long _looks;

    internal AutotraceTriggerTrace(AutotraceTriggerOptions options, TracerServices services, IFlameSource flames)
    {
        _states = [.. options.Triggers.Where(trigger => trigger.Enabled).Select(trigger => new TriggerState(trigger.Read()))];
        _reader = new TriggerReader(_states);
        (_services, _flames) = (services, flames);
        _epoch = services.Time.GetTimestamp();
    }

    public void Look(List<Held<TriggerHit>> held)
    {
        if (_states.Length == 0)
            return;
        foreach (TriggerState state in _states)
            state.Begin();
        _reader.At = _services.Time.GetElapsedTime(_epoch);
        bool areKnown = Array.TrueForAll(_states, state => _sources.ContainsKey(state.Trigger.When.Selector.Metric));
        IEnumerable<IMetricSource> sources = areKnown || _looks++ % SearchEvery != 0 ? _sources.Values.Distinct() : _services.Page();
        Exception? failed = null;
        foreach (IMetricSource source in sources.ToArray())
        {
            try
            {
                _reader.Found.Clear();
                source.Write(_reader);
                foreach (string metric in _reader.Found)
                    _sources[metric] = source;
            }
            catch (Exception fault) when (fault is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                failed = fault;
            }
        }
        foreach (TriggerState state in _states)
            state.End(held);
        if (failed is not null && held.Count == 0)
            throw new IOException($"metrics could not be read: {failed.Message}", failed);
    }

    public async Task<Captured<AutotraceTriggerEvent>> CaptureAsync(TriggerHit trigger, CancellationToken stop)
    {
        Trigger asked = trigger.Trigger;
        IReadOnlyList<ProcessMemory>? memory = asked.TakesMemory ? TopMemory.Of(_services.Roots.Proc, LargestProcesses) : null;
        FlameData[] flames = await Task.WhenAll(asked.Profilers.Select(profiler => _flames.TakeAsync(profiler, new ProfileTarget(), asked.Duration, _services, stop))).ConfigureAwait(false);
        var pictures = asked.Profilers.Zip(flames).ToArray();
        return new Captured<AutotraceTriggerEvent>(new AutotraceTriggerEvent(trigger, pictures, memory), Array.TrueForAll(flames, flame => flame.Error is null));
    }
}
