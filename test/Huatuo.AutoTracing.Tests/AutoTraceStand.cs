using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Huatuo.AutoTracing.Capturing;
using Huatuo.AutoTracing.Looking;
using Huatuo.Flow.Documents;
using Huatuo.Flow.Filter;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Options;
using Huatuo.Flow.Sinks;
using Huatuo.Flow.Tracing;
using Huatuo.Linux.Clock;
using Huatuo.Tracers.Tests;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.AutoTracing.Tests;

/// <summary>An auto-tracer over a made-up tree, with time that goes on when a test says so.</summary>
internal sealed class AutoTraceStand : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);
    private readonly Channel<byte[]> _documents = Channel.CreateUnbounded<byte[]>();
    private readonly CancellationTokenSource _stop = new();
    private readonly SourceTracerRun _source;
    private readonly ITracer _tracer;
    private readonly Task _running;
    private readonly AutoTracerOptions _options;
    private bool _isOver;

    internal AutoTraceStand(Func<AutoTraceStation, AutoTracerDefinition> make, TracerServices services, string[] settings, params IEnumerable<Rule> rules)
        : this(make, services, settings, null, rules)
    {
    }

    internal AutoTraceStand(Func<AutoTraceStation, AutoTracerDefinition> make, TracerServices services, string[] settings, ConfigEntry? section, params IEnumerable<Rule> rules)
    {
        Station = new AutoTraceStation(new SamplingLoop(Time), new CaptureLane(), Flames, Files);
        Definition = make(Station);
        var diagnostics = new Diagnostics();
        ConfigNode? given = Override.Apply(section is null ? null : new ConfigMapping(default, [section]), settings.Select(setting => Override.TryParse(setting, out Override? value, out _) ? value : throw new ArgumentException(setting)), diagnostics);
        _options = (AutoTracerOptions)Definition.Options.Bind(given, diagnostics);
        Assert.Empty(diagnostics.Errors);
        var set = new RuleSet(Definition.Name, rules);
        Ledger = new TracerLedger(Definition.Name, [.. set.Rules.Select(rule => rule.Name)], ["channel"]);
        var encoder = new DocumentEncoder(new Origin("node-1", ""), Definition.Name, "autotracing", new KernelClock(), new EventId(1));
        _source = new SourceTracerRun(Ledger, new EventOutput(Ledger, set, encoder, [new Sink(_documents.Writer)]), _options.MaxEventsPerSecond, Time, () => { });
        Ledger.Kernel.Begin(_source.Read);
        _tracer = Definition.Create(_options, services with { Time = Time });
        _running = ((ISourceTracer)_tracer).RunAsync(_source, _stop.Token);
    }

    internal FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    internal StubFlames Flames { get; } = new();

    internal StubFiles Files { get; } = new();

    internal AutoTraceStation Station { get; }

    internal AutoTracerDefinition Definition { get; }

    internal TracerLedger Ledger { get; }

    internal Task Running => _running;

    /// <summary>Lets it look once more.</summary>
    internal void Look() => Time.Advance(_options.Interval);

    /// <summary>The next document.</summary>
    internal async Task<JsonElement> NextAsync()
    {
        byte[] document = await _documents.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(s_patience);
        new DocumentedFields(Definition.Name).Check(document);
        JsonElement parsed = JsonDocument.Parse(document).RootElement;
        Assert.Equal("autotracing", parsed.GetProperty("tracer_type").GetString());
        Assert.NotEmpty(Definition.FormatText(parsed));
        return parsed;
    }

    /// <summary>Ends it; nothing may have been told that was not taken by <see cref="NextAsync"/>.</summary>
    internal async Task EndAsync()
    {
        if (_isOver)
            return;
        _isOver = true;
        await _stop.CancelAsync();
        await _running.ContinueWith(_ => { }, TaskScheduler.Default);
        Assert.False(_documents.Reader.TryRead(out byte[]? more), more is null ? "" : Encoding.UTF8.GetString(more));
        (_tracer as IDisposable)?.Dispose();
        var kernel = Ledger.Kernel.Read();
        Assert.Equal(kernel.Hits, kernel.Submitted);
        long suppressed = Enum.GetValues<SuppressReason>().Sum(Ledger.Suppressed);
        long ignored = Enumerable.Range(0, Ledger.Rules.Count).Sum(Ledger.Ignored);
        Assert.Equal((long)kernel.Submitted, Ledger.DecodeErrors + Ledger.Decoded);
        Assert.Equal(Ledger.Decoded, suppressed + ignored + Ledger.Accepted);
        Assert.Equal((long)kernel.Hits, Definition.Counts.Triggers);
    }

    /// <summary>The fields of its own, in order, without the time.</summary>
    internal static string Data(JsonElement document)
    {
        string json = document.GetProperty("tracer_data").GetRawText();
        return "{" + json[(json.IndexOf(',', StringComparison.Ordinal) + 1)..];
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _stop.Dispose();
    }

    private sealed class Sink(ChannelWriter<byte[]> documents) : IEventSink, IEventChannel
    {
        public string Name => "channel";

        public IEventChannel Open(string tracer, SinkLedger ledger) => this;

        public void Accept(ReadOnlySpan<byte> document) => documents.TryWrite(document.ToArray());

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
