using System.Text.Json;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Sinks;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>Keeps every document of a tracer and lets a test wait for one.</summary>
internal sealed class CollectingSink(string tracer) : IEventSink
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);
    private readonly Lock _lock = new();
    private readonly List<byte[]> _documents = [];
    private readonly ManualResetEventSlim _open = new(initialState: true);
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Name => "collecting";

    /// <summary>What the test saw so far.</summary>
    internal Observed Observed { get; } = new(tracer);

    /// <summary>All documents so far.</summary>
    internal IReadOnlyList<JsonElement> Documents
    {
        get
        {
            lock (_lock)
                return [.. _documents.Select(Parse)];
        }
    }

    internal int Count
    {
        get
        {
            lock (_lock)
                return _documents.Count;
        }
    }

    public IEventChannel Open(string tracer, SinkLedger ledger) => new Channel(this, ledger);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Keeps whoever brings a document waiting until what is returned is disposed of.</summary>
    internal IDisposable Hold()
    {
        _open.Reset();
        return new Release(_open);
    }

    /// <summary>Completes when the first document waits.</summary>
    internal Task HeldAsync() => _held.Task.WaitAsync(s_patience);

    /// <summary>Expects that no document satisfies a condition.</summary>
    internal void CheckSilent(Func<JsonElement, bool> unwanted)
    {
        JsonElement[] told = [.. Documents.Where(unwanted)];
        Observed.Silence(told.Length);
        Assert.True(told.Length == 0, $"told, but should not be:\n{string.Join('\n', told.Select(document => document.GetRawText()))}");
    }

    /// <summary>Expects that there is no document.</summary>
    internal void CheckSilent() => CheckSilent(_ => true);

    /// <summary>The first document that satisfies a condition: what the test has provoked.</summary>
    /// <exception cref="TimeoutException">None came; the message holds all that did.</exception>
    internal async Task<JsonElement> WaitAsync(Func<JsonElement, bool> wanted, string what)
    {
        using var patience = new CancellationTokenSource(s_patience);
        for (int seen = 0; ;)
        {
            byte[][] fresh;
            Task arrived;
            lock (_lock)
            {
                fresh = [.. _documents.Skip(seen)];
                arrived = _arrived.Task;
            }
            foreach (byte[] document in fresh)
                if (Parse(document) is var parsed && wanted(parsed))
                {
                    Observed.See(parsed);
                    return parsed;
                }
            seen += fresh.Length;
            try
            {
                await arrived.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Observed.See(provoked: 1, seen: 0);
                throw new TimeoutException($"no document came for {what}; these did:\n{string.Join('\n', Documents.Select(document => document.GetRawText()))}");
            }
        }
    }

    private static JsonElement Parse(byte[] document) => JsonDocument.Parse(document).RootElement;

    private void Add(ReadOnlySpan<byte> document)
    {
        TaskCompletionSource arrived;
        lock (_lock)
        {
            _documents.Add(document.ToArray());
            (arrived, _arrived) = (_arrived, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        arrived.SetResult();
    }

    private sealed class Release(ManualResetEventSlim open) : IDisposable
    {
        public void Dispose() => open.Set();
    }

    private sealed class Channel(CollectingSink sink, SinkLedger ledger) : IEventChannel
    {
        public void Accept(ReadOnlySpan<byte> document)
        {
            ledger.Queue();
            if (!sink._open.IsSet)
                sink._held.TrySetResult();
            sink._open.Wait();
            sink.Add(document);
            ledger.Store(1);
        }
    }
}
