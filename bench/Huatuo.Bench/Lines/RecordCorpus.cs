using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Huatuo.Bpf.Abi;
using Huatuo.Tracers.Network.Dropwatch;

namespace Huatuo.Bench.Lines;

/// <summary>Records of dropwatch as the kernel writes them: dropped SYNs with stacks of 24 frames, of which few are distinct.</summary>
internal sealed class RecordCorpus
{
    internal const int DistinctStacks = 200;
    internal const int Frames = 24;

    private readonly byte[][] _records;

    private RecordCorpus(byte[][] records) => _records = records;

    /// <summary>How many different records there are.</summary>
    internal int Count => _records.Length;

    /// <summary>A record, stamped with the time of now.</summary>
    internal ReadOnlySpan<byte> Next(int number)
    {
        byte[] record = _records[number % _records.Length];
        MemoryMarshal.AsRef<DropwatchRecord>(record.AsSpan()).Header.MonotonicNs = (ulong)Stopwatch.GetTimestamp();
        return record;
    }

    /// <summary>Makes them from addresses of this kernel; always the same for one kernel.</summary>
    /// <param name="netnsInum">The network namespace where the packets are dropped.</param>
    internal static RecordCorpus Create(uint netnsInum)
    {
        const int recordsPerStack = 5;
        ulong[] functions = KernelFunctions();
        // Numbers without a pattern that repeats within the corpus, and the same in each run.
        uint state = 1;
        uint Next(int below) => (state = state * 1664525 + 1013904223) % (uint)below;
        var records = new List<byte[]>();
        for (int stack = 0; stack < DistinctStacks; stack++)
        {
            ulong[] frames = [.. Enumerable.Range(0, Frames).Select(_ => functions[Next(functions.Length)] + Next(16))];
            for (int i = 0; i < recordsPerStack; i++)
                records.Add(Make(frames, netnsInum, (ushort)(1024 + Next(60000)), Next(int.MaxValue)));
        }
        return new RecordCorpus([.. records]);
    }

    private static byte[] Make(ulong[] frames, uint netnsInum, ushort port, uint sequence)
    {
        byte[] bytes = new byte[DropwatchRecord.Size + frames.Length * sizeof(ulong)];
        ref DropwatchRecord drop = ref MemoryMarshal.AsRef<DropwatchRecord>(bytes.AsSpan());
        drop.Header.Context = (uint)EventContext.Softirq;
        drop.Header.NetnsInum = netnsInum;
        drop.Header.NetnsCookie = 4711;
        drop.Header.Tgid = 4242;
        drop.Header.Tid = 4243;
        drop.Header.Cpu = 1;
        drop.Header.StackBytes = (uint)(frames.Length * sizeof(ulong));
        "nginx"u8.CopyTo(drop.Header.Comm);
        drop.SkbAddress = 0xffff_8881_0a2b_3c00 + sequence % 4096 * 256;
        drop.Location = frames[3];
        drop.Reason = 8;
        drop.SkbLength = 60;
        drop.NetdevIfindex = 12;
        drop.NetdevLink = (uint)(DropLink.Known | DropLink.AdminUp | DropLink.CarrierUp);
        "eth0"u8.CopyTo(drop.NetdevName);
        drop.EthernetProtocol = 0x0800;
        drop.MacBytes = 14;
        drop.PacketBytes = 40;
        Convert.FromHexString("0200000000020200000000010800").CopyTo(drop.Mac);
        Span<byte> packet = drop.Packet;
        Convert.FromHexString("4500002800004000400600000a0a00010a0a0002" + "00000050000000000000000050020000fa700000").CopyTo(packet);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(packet[20..], port);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(packet[24..], sequence);
        MemoryMarshal.AsBytes(frames.AsSpan()).CopyTo(bytes.AsSpan(DropwatchRecord.Size));
        return bytes;
    }

    private static ulong[] KernelFunctions()
    {
        var found = new List<ulong>();
        foreach (string line in File.ReadLines("/proc/kallsyms"))
        {
            string[] words = line.Split(' ');
            // Of the core kernel, without what a module or a BPF program brought.
            if (words.Length == 3 && words[1] is "t" or "T" && !words[2].Contains('\t', StringComparison.Ordinal))
                found.Add(ulong.Parse(words[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        }
        return found.Count > 0 && found[^1] != 0 ? [.. found] : throw new BenchException("/proc/kallsyms shows no addresses");
    }
}
