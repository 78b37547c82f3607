using System.Numerics;
using Huatuo.AutoTracing.Capturing;
using Huatuo.AutoTracing.Looking;
using Huatuo.Flow.Metrics;
using Huatuo.Flow.Tracing;
using Huatuo.Profiling;

namespace Huatuo.AutoTracing.AutotraceTrigger;

/// <summary>One run of <c>autotrace_trigger</c>.</summary>
internal sealed class AutotraceTriggerTrace : IAutoTrace<TriggerHit, AutotraceTriggerEvent>
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    // A metric that nobody has is looked for on the whole page, which costs: less and less often, down to once in so many looks.
    private const int SearchEvery = 30;
    private const int LargestProcesses = 10;

    private readonly TriggerState[] _states;
    private readonly TriggerReader _reader;
    private readonly TracerServices _services;
    private readonly IFlameSource _flames;
    private readonly Dictionary<string, IMetricSource> _sources = [];
    private readonly long _epoch;
    private Task<Exception?> _reading = Task.FromResult<Exception?>(null);
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
        if (!_reading.IsCompleted)
            throw new IOException("metrics are not read yet since an earlier look: a tracer hangs");
        foreach (TriggerState state in _states)
            state.Begin();
        _reader.At = _services.Time.GetElapsedTime(_epoch);
        IMetricSource[] sources = [.. IsSearch() ? _services.Page() : _sources.Values.Distinct()];
        // Others look at the machine by the same thread, which a tracer that hangs in the kernel must not hold.
        _reading = Task.Run(() => Read(sources));
        if (!_reading.Wait(s_patience))
            throw new IOException($"metrics could not be read within {s_patience.TotalSeconds:0} s");
        foreach (TriggerState state in _states)
            state.End(held, _reading.Result is null);
        if (_reading.Result is { } failed && held.Count == 0)
            throw new IOException($"metrics could not be read: {failed.Message}", failed);
    }

    private bool IsSearch()
    {
        if (Array.TrueForAll(_states, state => _sources.ContainsKey(state.Trigger.When.Selector.Metric)))
            return false;
        long look = _looks++;
        return look < SearchEvery ? BitOperations.IsPow2(look + 1) : look % SearchEvery == 0;
    }

    private Exception? Read(IMetricSource[] sources)
    {
        Exception? failed = null;
        foreach (IMetricSource source in sources)
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
        return failed;
    }

    public TriggerHit AtOnce(TriggerHit trigger) =>
        trigger.Trigger.TakesMemory ? trigger with { Largest = TopMemory.Of(_services.Roots.Proc, LargestProcesses) } : trigger;

    public async Task<Captured<AutotraceTriggerEvent>> CaptureAsync(TriggerHit trigger, CancellationToken stop)
    {
        Trigger asked = trigger.Trigger;
        FlameData[] flames = await Task.WhenAll(asked.Profilers.Select(profiler => _flames.TakeAsync(profiler, new ProfileTarget(), asked.Duration, _services, stop))).ConfigureAwait(false);
        var pictures = asked.Profilers.Zip(flames).ToArray();
        return new Captured<AutotraceTriggerEvent>(new AutotraceTriggerEvent(trigger, pictures), Array.TrueForAll(flames, flame => flame.Error is null));
    }
}
