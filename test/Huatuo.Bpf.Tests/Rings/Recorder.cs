using System.Collections.Concurrent;
using System.Threading.Channels;
using Huatuo.Bpf.Rings;

namespace Huatuo.Bpf.Tests.Rings;

/// <summary>Keeps the numbers it is given and lets a test wait for them.</summary>
internal sealed class Recorder(Action<int>? onRecord = null) : IRecordHandler
{
    private readonly Channel<int> _channel = Channel.CreateUnbounded<int>();

    internal ConcurrentQueue<int> Taken { get; } = new();

    public void OnRecord(ReadOnlySpan<byte> record)
    {
        int number = BitConverter.ToInt32(record);
        onRecord?.Invoke(number);
        Taken.Enqueue(number);
        _channel.Writer.TryWrite(number);
    }

    /// <summary>The next record; a minute without one is a failure.</summary>
    internal Task<int> NextAsync() =>
        Soon.Of(_channel.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask());
}

internal static class Soon
{
    internal static Task<T> Of<T>(Task<T> task) => task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

    internal static Task Of(Task task) => task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
}
