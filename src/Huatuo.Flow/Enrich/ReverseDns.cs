using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace Huatuo.Flow.Enrich;

/// <summary>
/// Host names of addresses. Asking never waits: an unknown address is looked up in the background for the events that
/// come later. Both the cache and the queue of questions are bounded; an answer, found or not, holds for a while.
/// </summary>
public sealed class ReverseDns : IAsyncDisposable
{
    private const int QueueLength = 256;
    private readonly Dictionary<IPAddress, (ReadOnlyMemory<byte> Name, long At)> _known = [];
    private readonly Lock _lock = new();
    private readonly Channel<IPAddress>? _questions;
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<IPAddress, CancellationToken, Task<string>> _resolve;
    private readonly Task _worker;
    private readonly TimeProvider _time;
    private readonly ReverseDnsOptions _options;

    /// <param name="options">Whether to ask at all, and for how long to believe.</param>
    /// <param name="time">For the age of answers.</param>
    /// <param name="resolve">Asks; null for the system's resolver.</param>
    public ReverseDns(ReverseDnsOptions options, TimeProvider time, Func<IPAddress, CancellationToken, Task<string>>? resolve = null)
    {
        _options = options;
        _time = time;
        _resolve = resolve ?? (async (address, stop) => (await Dns.GetHostEntryAsync(address.ToString(), AddressFamily.Unspecified, stop).ConfigureAwait(false)).HostName);
        _questions = options.Enabled ? Channel.CreateBounded<IPAddress>(QueueLength) : null;
        _worker = options.Enabled ? Task.Run(AnswerAsync) : Task.CompletedTask;
    }

    /// <summary>Whether names are looked up.</summary>
    public bool Enabled => _options.Enabled;

    /// <summary>Addresses whose name is known, known to be none, or asked for.</summary>
    internal int Count
    {
        get
        {
            lock (_lock)
                return _known.Count;
        }
    }

    /// <summary>Answers from the cache.</summary>
    /// <param name="address">4 or 16 bytes.</param>
    /// <param name="name">The name in UTF-8.</param>
    /// <returns>False when it is not known, or known to have none.</returns>
    public bool TryGet(ReadOnlySpan<byte> address, out ReadOnlySpan<byte> name)
    {
        name = default;
        if (_questions is null)
            return false;
        var key = new IPAddress(address);
        lock (_lock)
        {
            if (_known.TryGetValue(key, out var answer) && _time.GetElapsedTime(answer.At) < _options.Ttl)
            {
                name = answer.Name.Span;
                return !name.IsEmpty;
            }
            // Marks the question as asked: until the answer comes there is no name.
            if (_questions.Writer.TryWrite(key))
                Remember(key, "");
        }
        return false;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _worker.ConfigureAwait(false);
        _stop.Dispose();
    }

    private void Remember(IPAddress address, string name)
    {
        if (_known.Count >= _options.MaxEntries && !_known.ContainsKey(address))
            _known.Clear();
        _known[address] = (Encoding.UTF8.GetBytes(name), _time.GetTimestamp());
    }

    private async Task AnswerAsync()
    {
        try
        {
            await foreach (IPAddress address in _questions!.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            {
                string name = await AskAsync(address).ConfigureAwait(false);
                lock (_lock)
                    Remember(address, name);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task<string> AskAsync(IPAddress address)
    {
        try
        {
            string name = await _resolve(address, _stop.Token).ConfigureAwait(false);
            return name == address.ToString() ? "" : name;
        }
        // The system's resolver does not take the unspecified addresses for a question.
        catch (Exception fault) when (fault is SocketException or ArgumentException)
        {
            return "";
        }
    }
}
