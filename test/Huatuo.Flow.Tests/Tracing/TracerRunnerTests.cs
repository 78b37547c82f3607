using System.Text.Json;
using Huatuo.Bpf.Features;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Filter;
using Huatuo.Flow.Options;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Clock;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Flow.Tests.Tracing;

public sealed class TracerRunnerTests
{
    private sealed class Tracer(Exception fault) : EventTracerDefinition, ISourceTracer
    {
        private int _runs;

        internal TaskCompletionSource Runs { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override string Name => "t";

        public override string Summary => "Fails once.";

        public override OptionSchema Options { get; } = EventTracerOptions.Schema<EventTracerOptions>("t");

        public override IReadOnlyList<HookRung> Ladder => [HookRung.User("test", _ => null)];

        public override ITracer Create(TracerOptions options, TracerServices services) => this;

        public override string FormatText(JsonElement document) => "";

        public async Task RunAsync(SourceTracerRun run, CancellationToken stop)
        {
            if (_runs++ == 0)
                throw fault;
            run.Ready();
            Runs.SetResult();
            await Task.Delay(Timeout.Infinite, stop);
        }
    }

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);
    private static readonly Exception[] s_faults = [new IOException("the socket is gone"), new KeyNotFoundException("not known"), new ArgumentOutOfRangeException(null, "beyond")];

    [Theory]
    [InlineData(0, "the socket is gone")]
    [InlineData(1, "KeyNotFoundException: not known")]
    [InlineData(2, "ArgumentOutOfRangeException: beyond")]
    public async Task Whatever_a_run_fails_with_is_told_and_another_begins(int fault, string words)
    {
        var time = new FakeTimeProvider();
        var log = new StringWriter();
        var tracer = new Tracer(s_faults[fault]);
        await using var runner = new TracerRunner(tracer, new EventTracerOptions(), new RuleSet("t", []), Environment(time, log));
        runner.Start(Kernel, null);
        await runner.Settled.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        Assert.Equal((TracerState.BackingOff, words), (runner.State, runner.LastError));
        Assert.Equal($"huatuo: warning: t: {words}; next try in 1 s", log.ToString().TrimEnd());
        while (!tracer.Runs.Task.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        Assert.Equal((TracerState.Running, null, 2L), (runner.State, runner.LastError, runner.Runs));
    }

    [Fact]
    public async Task What_the_configuration_asks_for_and_cannot_be_is_not_tried_again()
    {
        await using var runner = new TracerRunner(
            new Tracer(new ArgumentException("tracers.t.port: no such port")), new EventTracerOptions(), new RuleSet("t", []), Environment(new FakeTimeProvider(), new StringWriter()));
        runner.Start(Kernel, null);
        await runner.Settled.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        Assert.Equal((TracerState.Failed, "tracers.t.port: no such port", 1L), (runner.State, runner.LastError, runner.Runs));
    }

    private static KernelFeatures Kernel => new(default, false, false, false, false, false, null, default);

    private static TracerEnvironment Environment(TimeProvider time, TextWriter log) => new(
        null!, new TracerServices(null!, null!, null!, null!, "events"), [], new Origin("vm", ""), new KernelClock(), null!, time, new AgentLog(log, journal: false))
    {
        Slow = null!,
    };
}
