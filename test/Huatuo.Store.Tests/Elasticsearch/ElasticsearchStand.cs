using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Sinks;
using Huatuo.Store.Elasticsearch;
using Huatuo.Store.Remote;
using Huatuo.Store.Tests.LocalFile;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Store.Tests.Elasticsearch;

/// <summary>A sink on time that the test moves.</summary>
internal sealed class ElasticsearchStand : IAsyncDisposable
{
    private readonly Dictionary<string, (IEventChannel Channel, SinkLedger Ledger, long Accepted)> _tracers = [];

    public ElasticsearchStand(string directory, params IReadOnlyList<Uri> addresses)
        : this(new RemoteSinkOptions { Addresses = addresses, SpoolDirectory = directory, Timeout = TimeSpan.FromHours(1) })
    {
    }

    public ElasticsearchStand(RemoteSinkOptions options, string index = "huatuo_bamai")
    {
        Directory = options.SpoolDirectory;
        Sink = new ElasticsearchSink(options, IndexName.Parse(index, out _)!, Time, Log.Enqueue);
    }

    public FakeTimeProvider Time { get; } = new();

    public string Directory { get; }

    public ElasticsearchSink Sink { get; }

    public ConcurrentQueue<string> Log { get; } = [];

    public long Pending => _tracers.Values.Sum(tracer => tracer.Ledger.Pending);

    public IEnumerable<string> Refused =>
        new[] { "refused.jsonl.1", "refused.jsonl" }.Select(name => Path.Combine(Directory, name)).Where(File.Exists).SelectMany(File.ReadAllLines);

    public SinkLedger Ledger(string tracer) => Open(tracer).Ledger;

    /// <summary>A document with a number, as the agent makes them, of about so many bytes.</summary>
    public static byte[] Document(long number, int bytes = 200, string time = "2026-11-26T08:00:00.000000000Z") => Encoding.UTF8.GetBytes(
        $$"""{"id":"0193653c-0000-7000-8000-{{number.ToString("x12", CultureInfo.InvariantCulture)}}","hostname":"n1","observed_timestamp":"{{time}}","tracer_data":{"text":"{{new string('x', Math.Max(1, bytes - 150))}}"},"n":{{number}}}""");

    public void Accept(string tracer, IEnumerable<long> numbers, int bytes = 200)
    {
        foreach (long number in numbers)
            Accept(tracer, Document(number, bytes));
    }

    public void Accept(string tracer, byte[] document)
    {
        var open = Open(tracer);
        open.Channel.Accept(document);
        _tracers[tracer] = open with { Accepted = open.Accepted + 1 };
    }

    /// <summary>Moves time on until something holds.</summary>
    public async Task UntilAsync(Func<bool> condition, string what, double stepSeconds = 1)
    {
        long start = Environment.TickCount64;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 - start < 60_000, $"waited in vain: {what}\n{string.Join('\n', Log)}");
            Time.Advance(TimeSpan.FromSeconds(stepSeconds));
            await Task.Delay(2);
        }
    }

    /// <summary>Moves time on until nothing is pending.</summary>
    public Task DeliveredAsync() => UntilAsync(() => Pending == 0, $"{Pending} documents stay pending");

    /// <summary>Waits until what was accepted is on the disk.</summary>
    public Task KeptAsync() => SinkStand.Until(() => Sink.Kept == _tracers.Values.Sum(tracer => tracer.Accepted - SinkStand.Dropped(tracer.Ledger)), "documents are not kept");

    public void AssertBalanced() => Assert.All(_tracers.Values, tracer => Assert.Equal(
        tracer.Accepted + tracer.Ledger.Recovered,
        tracer.Ledger.Stored + SinkStand.Dropped(tracer.Ledger) + tracer.Ledger.DeadLetters + tracer.Ledger.Pending));

    public ValueTask DisposeAsync() => Sink.DisposeAsync();

    private (IEventChannel Channel, SinkLedger Ledger, long Accepted) Open(string tracer)
    {
        if (!_tracers.TryGetValue(tracer, out var open))
        {
            var ledger = new SinkLedger(Sink.Name);
            _tracers.Add(tracer, open = (Sink.Open(tracer, ledger), ledger, 0));
        }
        return open;
    }
}
