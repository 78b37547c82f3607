using System.Threading.Channels;
using Huatuo.Bpf.Rings;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>Counts records and lets a test wait for a number of them.</summary>
internal sealed class Arrivals : IRecordHandler
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);
    private readonly Channel<int> _counts = Channel.CreateUnbounded<int>();
    private int _count;

    internal int Count => Volatile.Read(ref _count);

    public void OnRecord(ReadOnlySpan<byte> record) => _counts.Writer.TryWrite(Interlocked.Increment(ref _count));

    internal void Fail(Exception fault) => _counts.Writer.TryComplete(fault);

    internal async Task WaitAsync(int count)
    {
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
            while (await _counts.Reader.ReadAsync(patience.Token) < count)
            {
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{Count} records arrived, not {count}");
        }
    }
}
