using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Huatuo.Agent.Runtime;

/// <summary>
/// Tells systemd how the agent is, by the protocol of <c>sd_notify(3)</c>: ready, reading its configuration, stopping, and alive as often as a watchdog
/// wants to hear it. Without a service manager it does nothing.
/// </summary>
internal sealed class SystemdNotice : IAsyncDisposable
{
    private readonly string? _address;
    private readonly TimeSpan? _watchdog;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private Task _watching = Task.CompletedTask;

    /// <param name="variable">Reads the environment: <c>NOTIFY_SOCKET</c>, <c>WATCHDOG_USEC</c>.</param>
    /// <param name="time">For the watchdog.</param>
    internal SystemdNotice(Func<string, string?> variable, TimeProvider time)
    {
        _address = variable("NOTIFY_SOCKET") is { Length: > 1 } address ? address : null;
        _watchdog = long.TryParse(variable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds) && microseconds > 0
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;
        _time = time;
    }

    /// <summary>The agent is there; from now on a watchdog hears of it, each time that it is known to live.</summary>
    /// <param name="isAlive">Completes when it has shown that it lives; when it never does, the watchdog hears nothing.</param>
    internal void Ready(Func<Task> isAlive)
    {
        if (_address is null)
            return;
        Send("READY=1");
        if (_watchdog is { } interval)
            _watching = WatchAsync(interval / 3, isAlive);
    }

    /// <summary>The configuration is being read again.</summary>
    internal void Reloading() => Send(string.Create(CultureInfo.InvariantCulture, $"RELOADING=1\nMONOTONIC_USEC={_time.GetTimestamp() / (_time.TimestampFrequency / 1_000_000)}"));

    /// <summary>It was, right or wrong.</summary>
    internal void Reloaded()
    {
        if (!_stop.IsCancellationRequested)
            Send("READY=1");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Send("STOPPING=1");
        await _stop.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task WatchAsync(TimeSpan interval, Func<Task> isAlive)
    {
        using var timer = new PeriodicTimer(interval, _time);
        try
        {
            do
            {
                await isAlive().WaitAsync(_stop.Token).ConfigureAwait(false);
                Send("WATCHDOG=1");
            }
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
        }
    }

    private void Send(string state)
    {
        if (_address is null)
            return;
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
            // An abstract name is written with @ for its leading zero.
            socket.SendTo(Encoding.UTF8.GetBytes(state), new UnixDomainSocketEndPoint(_address[0] == '@' ? '\0' + _address[1..] : _address));
        }
        catch (SocketException)
        {
            // Nobody listens, or has not listened for long: the agent goes on without waiting.
        }
    }
}
