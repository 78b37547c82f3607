using System.Diagnostics.CodeAnalysis;
using Huatuo.Store.Queues;
using Huatuo.Store.Spool;

namespace Huatuo.Store.Remote;

/// <summary>
/// Brings documents from a spool to a server: a batch until each of its documents is delivered or refused for good, then the
/// next. Whatever fails is tried again, with longer and longer pauses.
/// </summary>
internal sealed class Delivery : IAsyncDisposable
{
    private const int SuccessesUntilMore = 64;
    private const int DoubtfulTries = 10;
    private static readonly TimeSpan FinishTime = TimeSpan.FromSeconds(1);

    private readonly CurrentOptions<RemoteSinkOptions> _current;
    private readonly IRemoteProtocol _protocol;
    private readonly SpoolQueue _spool;
    private readonly TimeProvider _time;
    private readonly RemoteTrouble _trouble;
    private readonly DeadLetterFile _refused;
    private readonly PassedOver _passedOver;
    private readonly Random _random;
    private readonly RetrySchedule _retry;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly List<int> _waiting = [];
    private readonly List<int> _sent = [];
    private readonly Stack<int[]> _parts = [];
    private readonly Task _loop;
    private RemoteSinkOptions _options;
    private RemoteClient _client;
    private AddressRing _addresses;
    private RequestBody _body;
    private TaskCompletionSource _changed = NewSignal();
    private Outcome[] _outcomes = [];
    private int _most;
    private int _successes;
    private int _doubts;
    private bool _stalled;
    private bool _probes;

    /// <summary>Starts the loop.</summary>
    public Delivery(CurrentOptions<RemoteSinkOptions> current, IRemoteProtocol protocol, SpoolQueue spool, RemoteCounts counts, RemoteTrouble trouble, DeadLetterFile refused, Random random, TimeProvider time)
    {
        _current = current;
        _random = random;
        _protocol = protocol;
        _spool = spool;
        _time = time;
        _trouble = trouble;
        _refused = refused;
        _passedOver = new PassedOver(time);
        Counts = counts;
        _retry = new RetrySchedule(random);
        Take(current.Value);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>What became of the requests.</summary>
    public RemoteCounts Counts { get; }

    /// <summary>Other options hold, from the next request on; a pause ends.</summary>
    public void Changed() => Interlocked.Exchange(ref _changed, NewSignal()).TrySetResult();

    /// <summary>Ends the loop; a request that is under way has a second to be answered.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.WaitAsync(FinishTime, _time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _abort.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _client.Dispose();
        _body.Dispose();
        _stop.Dispose();
        _abort.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await _spool.Reader.WaitAsync(_options.BatchBytes, _options.BatchInterval, _stop.Token).ConfigureAwait(false);
                await DeliverNextAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    [MemberNotNull(nameof(_options), nameof(_client), nameof(_addresses), nameof(_body))]
    private void Take(RemoteSinkOptions options)
    {
        _options = options;
        _client = new RemoteClient(new RemoteClientOptions { Credentials = options.Credentials, CaFile = options.CaFile, Timeout = options.Timeout }, _time);
        _addresses = new AddressRing(options.Addresses, _time, _random);
        _body = new RequestBody(_protocol.ContentType, options.Compress);
        _most = options.BatchEvents;
        _successes = 0;
        _retry.Reset();
        _passedOver.Clear();
    }

    // No request is under way here.
    private void Renew()
    {
        if (_options == _current.Value)
            return;
        _client.Dispose();
        _body.Dispose();
        Take(_current.Value);
    }

    private async Task DeliverNextAsync()
    {
        Renew();
        SpoolBatch? batch;
        try
        {
            batch = _spool.Reader.TryRead(_options.BatchBytes, _options.BatchEvents);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            _trouble.Failed($"the spool cannot be read: {fault.Message}");
            await PauseAsync(_retry.Next()).ConfigureAwait(false);
            return;
        }
        if (batch is null)
            return;
        _waiting.Clear();
        _parts.Clear();
        _passedOver.Clear();
        _stalled = false;
        for (int i = 0; i < batch.Documents.Count; i++)
            _waiting.Add(i);
        while (_waiting.Count > 0)
            await TrySendAsync(batch).ConfigureAwait(false);
        _spool.Reader.Acknowledge(batch);
    }

    // Whatever goes wrong, no document may be left behind.
    private async Task TrySendAsync(SpoolBatch batch)
    {
        try
        {
            await SendAsync(batch).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Counts.Count(RequestResult.Failed);
            _trouble.Failed($"{fault.GetType().Name}: {fault.Message}");
            await PauseAsync(_retry.Next()).ConfigureAwait(false);
        }
    }

    private async Task SendAsync(SpoolBatch batch)
    {
        Renew();
        if (!_addresses.TryNext(out AddressRing.Address address, out TimeSpan wait))
        {
            await PauseAsync(wait).ConfigureAwait(false);
            return;
        }
        _stop.Token.ThrowIfCancellationRequested();
        Compose(batch);
        if (_sent.Count == 0)
            return;
        RemoteReply reply;
        try
        {
            reply = await _client.SendAsync(HttpMethod.Post, _protocol.Target(address.Uri), _body, _abort.Token).ConfigureAwait(false);
        }
        catch (RemoteException fault)
        {
            Fail(address, fault.Message);
            return;
        }
        if (reply.IsSuccess)
            await TakeAsync(batch, address, reply).ConfigureAwait(false);
        else
            await RefuseAsync(batch, address, reply).ConfigureAwait(false);
    }

    /// <summary>Makes a request of the first documents that wait. Those that can never be sent are refused at once. When some were not
    /// taken before, the newest document of the spool comes last, which tells whether the server takes others; it stays in the spool.</summary>
    private void Compose(SpoolBatch batch)
    {
        _sent.Clear();
        _body.Begin();
        _protocol.Begin(_body);
        foreach (int i in Next())
        {
            SpooledDocument document = batch.Documents[i];
            if (_sent.Count == _most)
                break;
            if (_protocol.CountsRefusals && _sent.Count > 0 && document.Tracer != batch.Documents[_sent[0]].Tracer)
                continue;
            if (_protocol.Add(_body, document.Tracer, batch.Bytes(document)) is { } reason)
                Refuse(batch, i, reason);
            else
                _sent.Add(i);
        }
        _probes = _stalled && _sent.Count > 0 && _spool.Reader.PeekNewest() is { } newest && _protocol.Add(_body, newest.Documents[0].Tracer, newest.Bytes(newest.Documents[0])) is null;
        _protocol.End(_body);
        _body.End();
    }

    // Of a request that was refused as a whole, the halves are sent one after the other.
    private int[] Next()
    {
        while (_parts.TryPeek(out int[]? part))
        {
            int[] left = [.. part.Where(_waiting.Contains)];
            if (left.Length > 0)
                return left;
            _parts.Pop();
        }
        return [.. _waiting];
    }

    private async Task TakeAsync(SpoolBatch batch, AddressRing.Address address, RemoteReply reply)
    {
        int documents = _sent.Count + (_probes ? 1 : 0);
        if (_outcomes.Length < documents)
            _outcomes = new Outcome[Math.Max(_options.BatchEvents, documents)];
        Span<Outcome> outcomes = _outcomes.AsSpan(0, documents);
        outcomes.Clear();
        if (_protocol.Read(reply.Body.Span, outcomes) is { } fault)
        {
            Fail(address, fault);
            return;
        }
        Counts.Count(RequestResult.Answered);
        AddressRing.Worked(address);
        string? waits = Settle(batch, outcomes[.._sent.Count], takesSome: outcomes.Contains(new Outcome(OutcomeKind.Delivered)));
        _stalled = waits is not null;
        if (waits is null)
        {
            _doubts = 0;
            _retry.Reset();
            _trouble.Worked();
            Grow();
            return;
        }
        _trouble.Failed($"{address.Uri} does not take {_sent.Count} events now: {waits}");
        await PauseAsync(_retry.Next(reply.RetryAfter)).ConfigureAwait(false);
    }

    /// <summary>Counts what is delivered or refused.</summary>
    /// <returns>Why others wait, or null.</returns>
    private string? Settle(SpoolBatch batch, ReadOnlySpan<Outcome> outcomes, bool takesSome)
    {
        string? waits = null;
        int stillWaiting = 0;
        int unknown = 0;
        bool progress = outcomes.Contains(new Outcome(OutcomeKind.Delivered));
        for (int i = 0; i < outcomes.Length; i++)
        {
            switch (outcomes[i].Kind)
            {
                case OutcomeKind.Delivered:
                    _waiting.Remove(_sent[i]);
                    _spool.Segments.Store(batch.Segment!, batch.Documents[_sent[i]].Tracer, 1);
                    break;
                case OutcomeKind.Refused when outcomes[i].IsKnown:
                    Refuse(batch, _sent[i], outcomes[i].Reason);
                    break;
                case OutcomeKind.Refused:
                    _waiting.Remove(_sent[i]);
                    unknown++;
                    break;
                case var kind when _passedOver.IsGivenUp(_sent[i], kind == OutcomeKind.Blocked, takesSome, progress):
                    Refuse(batch, _sent[i], outcomes[i].Reason);
                    break;
                default:
                    waits = outcomes[i].Reason;
                    _sent[stillWaiting++] = _sent[i];
                    break;
            }
        }
        if (unknown > 0)
            RefuseUnknown(batch, batch.Documents[_sent[0]].Tracer, unknown, outcomes[0].Reason);
        _sent.RemoveRange(stillWaiting, _sent.Count - stillWaiting);
        return waits;
    }

    private async Task RefuseAsync(SpoolBatch batch, AddressRing.Address address, RemoteReply reply)
    {
        string reason = $"{address.Uri} answers {reply.Status}: {_protocol.Explain(reply)}";
        if (_probes && reply.Status is (400 or 413))
        {
            // It may be for the document that is not of the batch: the next request is without.
            _stalled = false;
            Counts.Count(RequestResult.Refused);
            return;
        }
        if (reply.Status == 413)
        {
            Counts.Count(RequestResult.Throttled);
            if (_sent.Count > 1)
                (_most, _successes) = (_sent.Count / 2, 0);
            else
                Refuse(batch, _sent[0], reason);
            return;
        }
        if (_protocol.Judge(reply) is not Refusal.None and var refusal && Narrow(batch, refusal, reason))
            return;
        if (reply.Status == 429)
        {
            Counts.Count(RequestResult.Throttled);
            _trouble.Failed(reason);
            await PauseAsync(_retry.Next(reply.RetryAfter)).ConfigureAwait(false);
            return;
        }
        Fail(address, reply.Status is 401 or 403 ? $"{address.Uri} refuses the credentials ({reply.Status}): {_protocol.Explain(reply)}" : reason, reply.RetryAfter);
    }

    /// <summary>Looks for the document because of which a whole request was refused.</summary>
    /// <returns>Whether to go on; else it is to be tried again as any failure.</returns>
    private bool Narrow(SpoolBatch batch, Refusal refusal, string reason)
    {
        if (_sent.Count == 1 && refusal == Refusal.Doubtful && ++_doubts < DoubtfulTries)
            return false;
        Counts.Count(RequestResult.Refused);
        _doubts = 0;
        if (_sent.Count == 1)
        {
            Refuse(batch, _sent[0], reason);
            return true;
        }
        int half = _sent.Count / 2;
        _parts.Push([.. _sent.Skip(half)]);
        _parts.Push([.. _sent.Take(half)]);
        return true;
    }

    private void Refuse(SpoolBatch batch, int index, string reason)
    {
        SpooledDocument document = batch.Documents[index];
        _waiting.Remove(index);
        _refused.Keep(document.Tracer, reason, 1, batch.Bytes(document));
        _spool.Segments.DeadLetter(batch.Segment!, document.Tracer, 1);
        _trouble.Refused(1, reason);
    }

    private void RefuseUnknown(SpoolBatch batch, string tracer, int documents, string reason)
    {
        _refused.Keep(tracer, reason, documents, default);
        _spool.Segments.DeadLetter(batch.Segment!, tracer, documents);
        _trouble.Refused(documents, reason);
    }

    private void Fail(AddressRing.Address address, string message, TimeSpan? asked = null)
    {
        Counts.Count(RequestResult.Failed);
        _addresses.Failed(address, asked);
        _trouble.Failed(message.StartsWith(address.Uri.OriginalString, StringComparison.Ordinal) ? message : $"{address.Uri}: {message}");
    }

    // After a request that was too large, larger ones are tried again some time later.
    private void Grow()
    {
        if (_most == _options.BatchEvents || ++_successes < SuccessesUntilMore)
            return;
        _most = Math.Min(_most * 2, _options.BatchEvents);
        _successes = 0;
    }

    // A timer cuts off what is less than a millisecond: at the end of a pause the loop would go round and round.
    private async Task PauseAsync(TimeSpan wait)
    {
        Task changed = Volatile.Read(ref _changed).Task;
        // Else they changed before there was a pause to end.
        if (_options == _current.Value)
            await changed.WaitAsync(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Token.ThrowIfCancellationRequested();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
