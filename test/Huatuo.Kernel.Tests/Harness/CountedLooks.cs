using System.Text.Json;
using Huatuo.AutoTracing;
using Huatuo.AutoTracing.Looking;
using Huatuo.Flow.Ledger;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>A running auto-tracer, whose test is told of each look: right after it, by the loop that makes it.</summary>
internal sealed class CountedLooks : IAsyncDisposable
{
    private const int Quiet = 8;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);
    private readonly ILooking _looking;
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private CountedLooks(RunningTracer tracer, AutoTracerDefinition definition, AutoTraceStation station, TimeSpan interval)
    {
        (Tracer, Definition) = (tracer, definition);
        _looking = station.Loop.Start(interval, () => Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult(), _ => { });
    }

    internal RunningTracer Tracer { get; }

    internal AutoTracerDefinition Definition { get; }

    /// <summary>Starts it, as <see cref="RunningTracer.StartAsync"/> does.</summary>
    /// <param name="make">Makes it.</param>
    /// <param name="options">Its options.</param>
    /// <param name="beside">Another tracer, whose metrics it may read.</param>
    internal static async Task<CountedLooks> StartAsync(Func<AutoTraceStation, AutoTracerDefinition> make, AutoTracerOptions options, RunningTracer? beside = null)
    {
        AutoTraceStation station = AutoTraceStation.Of(TimeProvider.System);
        AutoTracerDefinition definition = make(station);
        return new CountedLooks(await RunningTracer.StartAsync(definition, options, beside: beside), definition, station, options.Interval);
    }

    /// <summary>Returns after so many more looks.</summary>
    internal async Task PassAsync(int looks)
    {
        for (; looks > 0; looks--)
            await Volatile.Read(ref _next).Task.WaitAsync(s_patience, TestContext.Current.CancellationToken);
    }

    /// <summary>Returns after the look at which something holds.</summary>
    /// <param name="condition">It.</param>
    /// <param name="looks">After so many it is given up.</param>
    /// <param name="what">What it says then.</param>
    internal async Task UntilAsync(Func<bool> condition, int looks, string what)
    {
        for (; !condition(); looks--)
        {
            Assert.True(looks > 0, $"{Definition.Name}: {what}; hits: {Definition.Counts.Triggers}, documents:\n{string.Join('\n', Tracer.Sink.Documents.Select(document => document.GetRawText()))}");
            await PassAsync(1);
        }
    }

    /// <summary>Expects some looks of an idle machine at which it sees nothing.</summary>
    internal async Task QuietAsync()
    {
        await PassAsync(Quiet);
        Assert.Equal(0, Definition.Counts.Triggers);
        Tracer.Sink.CheckSilent();
    }

    /// <summary>Stops it, and expects that there was one picture, whole, that the cool-down left out all hits but that, and that every hit is accounted for.</summary>
    /// <returns>It.</returns>
    internal async Task<JsonElement> OneAsync()
    {
        await Tracer.StopAsync();
        Assert.Equal((1, 1), (Tracer.Sink.Count, Definition.Counts.Captures));
        Assert.Equal(Definition.Counts.Triggers, 1 + Tracer.Ledger.Suppressed(SuppressReason.Cooldown));
        Assert.Equal(0, Definition.Counts.Failures + Definition.Counts.LookFailures);
        Balance.Check(Tracer);
        return Tracer.Sink.Documents[0];
    }

    public ValueTask DisposeAsync()
    {
        _looking.Dispose();
        return Tracer.DisposeAsync();
    }
}
