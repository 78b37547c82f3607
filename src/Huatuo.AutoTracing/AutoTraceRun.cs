using System.Runtime.InteropServices;
using System.Threading.Channels;
using Huatuo.AutoTracing.Looking;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Tracing;

namespace Huatuo.AutoTracing;

/// <summary>
/// One run of an auto-tracer: condition, cool-down of its subject, picture, document. The condition is looked at by the
/// loop that all share; a picture is taken on the lane that all share, and one at a time of each.
/// </summary>
/// <param name="trace">What is particular.</param>
/// <param name="options">How often and how long.</param>
/// <param name="station">What all share.</param>
/// <param name="counts">Counts over all runs.</param>
/// <param name="time">Time.</param>
internal sealed class AutoTraceRun<TTrigger, TEvent>(
    IAutoTrace<TTrigger, TEvent> trace, AutoTracerOptions options, AutoTraceStation station, AutoTraceCounts counts, TimeProvider time) : ISourceTracer, IDisposable
    where TEvent : struct, IEventFields
{
    private readonly CoolDowns _coolDowns = new(options.Cooldown, time);
    private readonly List<Held<TTrigger>> _held = [];
    private readonly Channel<Pending> _pending = Channel.CreateBounded<Pending>(1);
    private volatile bool _isBusy;

    /// <inheritdoc/>
    public async Task RunAsync(SourceTracerRun run, CancellationToken stop)
    {
        ILooking looking = station.Loop.Start(options.Interval, () => Look(run, trace.Look), _ => counts.LookFailure());
        IDisposable? listening = null;
        run.Ready();
        try
        {
            listening = trace.Listen(() => looking.Do(() => Look(run, trace.Woken)));
            while (await _pending.Reader.WaitToReadAsync(stop).ConfigureAwait(false))
                await TakeAsync(run, stop).ConfigureAwait(false);
        }
        finally
        {
            listening?.Dispose();
            looking.Dispose();
            // What was counted as seen is told, be it without a picture.
            await TakeAsync(run, stop).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => (trace as IDisposable)?.Dispose();

    private void Look(SourceTracerRun run, Action<List<Held<TTrigger>>> look)
    {
        _held.Clear();
        look(_held);
        if (_held.Count > 1)
            _held.Sort((one, other) => other.Score.CompareTo(one.Score));
        foreach (ref readonly Held<TTrigger> held in CollectionsMarshal.AsSpan(_held))
            Tell(run, held);
    }

    private void Tell(SourceTracerRun run, in Held<TTrigger> held)
    {
        if (!run.Take(wanted: true))
            return;
        counts.Trigger();
        if (_coolDowns.Holds(held.Subject))
        {
            run.Output.Suppress(SuppressReason.Cooldown);
            held.Taken?.Invoke();
            return;
        }
        if (_isBusy)
        {
            run.Output.Suppress(SuppressReason.Busy);
            return;
        }
        _isBusy = true;
        _coolDowns.Begin([held.Subject, .. held.Also], held.CoolDown);
        held.Taken?.Invoke();
        _pending.Writer.TryWrite(new Pending(held, run.MonotonicNow));
    }

    private async Task TakeAsync(SourceTracerRun run, CancellationToken stop)
    {
        while (_pending.Reader.TryRead(out Pending pending))
        {
            try
            {
                TTrigger trigger = trace.AtOnce(pending.Held.Trigger);
                Captured<TEvent> captured = await station.Lane.TakeAsync(token => trace.CaptureAsync(trigger, token), stop).ConfigureAwait(false);
                counts.Capture(captured.IsWhole);
                if (run.Output.Emit(pending.MonotonicNs, pending.Held.Container, StackText.None, captured.Event) is { } accepted)
                    trace.Accepted(trigger, accepted);
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                counts.Capture(isWhole: false);
                run.Malformed();
                throw new InvalidDataException($"the picture of {pending.Held.Subject} failed: {fault.Message}", fault);
            }
            finally
            {
                _isBusy = false;
            }
        }
    }

    private readonly record struct Pending(Held<TTrigger> Held, ulong MonotonicNs);
}
