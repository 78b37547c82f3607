using System.Runtime.InteropServices;
using System.Text.Json;
using Huatuo.Bpf.Abi;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Network.NetdevTxqueueTimeout;

/// <summary>Records to documents, without a kernel.</summary>
public sealed class NetdevTxqueueTimeoutTests
{
    private static Task<TracerStand> Start() =>
        TracerStand.StartAsync(new NetdevTxqueueTimeoutTracer(), new Dictionary<string, IReadOnlyDictionary<uint, string>>());

    private static byte[] Record()
    {
        var record = default(NetdevTxqueueTimeoutRecord);
        record.Header.MonotonicNs = 1_000_000_000_000;
        record.Header.Context = (uint)EventContext.Softirq;
        record.Header.Cpu = 1;
        record.Header.NetnsInum = 4026531840;
        record.Header.NetnsCookie = 1;
        "swapper/1"u8.CopyTo(record.Header.Comm);
        record.QueueIndex = 3;
        record.NetdevIfindex = 2;
        "eth\t0"u8.CopyTo(record.DeviceName);
        "vmxnet3"u8.CopyTo(record.DriverName);
        return MemoryMarshal.AsBytes(new ReadOnlySpan<NetdevTxqueueTimeoutRecord>(in record)).ToArray();
    }

    [Fact]
    public async Task ARecordBecomesADocument()
    {
        await using TracerStand stand = await Start();
        Assert.True(stand.OnRecord(Record()));
        using JsonDocument document = JsonDocument.Parse(stand.Sink.Last);
        Assert.Equal("netdev_txqueue_timeout", document.RootElement.GetProperty("tracer_name").GetString());
        Assert.Equal(
            """{"observed_timestamp":"2026-01-02T03:04:05.678901234Z","context":"softirq","cpu":1,"interrupted":{"comm":"swapper/1","pid":0,"tid":0},"net_namespace_cookie":1,"net_namespace_inum":4026531840,"queue_index":3,"device_name":"eth\t0","netdev_ifindex":2,"driver_name":"vmxnet3"}""",
            document.RootElement.GetProperty("tracer_data").GetRawText());
        Assert.Equal(
            "2026-01-02T03:04:05.678901234Z eth\ufffd0 transmit queue 3 timed out index=2 driver_name=vmxnet3",
            stand.Definition.FormatText(document.RootElement));
    }

    [Fact]
    public async Task AShorterRecordIsNone()
    {
        await using TracerStand stand = await Start();
        byte[] whole = Record();
        for (int length = 0; length < whole.Length; length++)
            Assert.False(stand.OnRecord(whole.AsSpan(0, length)));
        Assert.Equal(0, stand.Sink.Count);
    }

    [Fact]
    public async Task RandomBytesAreADocumentOrNone()
    {
        await using TracerStand stand = await Start();
        for (int seed = 0; seed < 3000; seed++)
        {
            byte[] record = new byte[new Random(seed).Next(2 * NetdevTxqueueTimeoutRecord.Size)];
            new Random(seed).NextBytes(record);
            Assert.Equal(record.Length >= NetdevTxqueueTimeoutRecord.Size, stand.OnRecord(record));
            if (stand.Sink.Count > 0)
                JsonDocument.Parse(stand.Sink.Last).Dispose();
        }
        Assert.NotEqual(0, stand.Sink.Count);
    }
}
