using System.Buffers.Binary;
using Huatuo.Bpf.Filters;

namespace Huatuo.Kernel.Tests.Bpf;

/// <summary>The kernel's answer by our translation, against libpcap's own in user space.</summary>
public sealed class PacketFilterTests
{
    private const int EthernetHeader = 14;

    [Fact, Trait("kernels", "one")]
    public void Expressions_match_the_packets_that_libpcap_matches()
    {
        const int expressions = 200, packets = 80;
        (int asked, int matched, int compiled) = (0, 0, 0);
        for (int seed = 0; seed < expressions; seed++)
        {
            var random = new Random(seed);
            string expression = new RandomExpressions(random).Next();
            if (!PacketFilter.TryCompile(expression, out PacketFilter? filter, out string? error))
            {
                Assert.NotEmpty(error);
                continue;
            }
            compiled++;
            using FilterProgram program = FilterProgram.Load(filter);
            var source = new RandomPackets(random);
            for (int i = 0; i < packets; i++)
            {
                byte[] frame = source.Frame();
                byte[] there = random.Next(4) == 0 ? frame[..random.Next(frame.Length)] : frame;
                int whole = frame.Length + (random.Next(4) == 0 ? random.Next(2000) : 0);
                string name = $"seed {seed}: {expression}: {Convert.ToHexString(there)}";
                if (filter.Ethernet.Count > 0)
                    matched += Same(name, PcapOracle.Ask([.. filter.Ethernet], there, whole), program.AskEthernet(there, whole));
                if (filter.Raw.Count > 0 && there.Length >= EthernetHeader)
                    matched += Same(name, PcapOracle.Ask([.. filter.Raw], there.AsSpan(EthernetHeader), whole - EthernetHeader), program.AskRaw(there.AsSpan(EthernetHeader), whole - EthernetHeader));
                asked++;
            }
        }
        Assert.InRange(compiled, expressions / 2, expressions);
        Assert.InRange(matched, asked / 10, 2 * asked - asked / 10);
    }

    [Fact, Trait("kernels", "one")]
    public void Programs_return_what_they_return_in_libpcap()
    {
        const int programs = 300, packets = 20;
        (int asked, int nonzero) = (0, 0);
        for (int seed = 0; seed < programs; seed++)
        {
            var random = new Random(seed);
            ClassicInstruction[] classic = RandomPrograms.Next(random);
            using FilterProgram program = FilterProgram.Load(classic);
            for (int i = 0; i < packets; i++)
            {
                byte[] packet = new byte[random.Next(80)];
                random.NextBytes(packet);
                int whole = packet.Length + random.Next(100);
                uint expected = PcapOracle.Ask(classic, packet, whole);
                Assert.True(expected == program.AskRaw(packet, whole), $"seed {seed}: {string.Join("; ", classic)}: {Convert.ToHexString(packet)}");
                nonzero += expected != 0 ? 1 : 0;
                asked++;
            }
        }
        Assert.InRange(nonzero, asked / 10, asked - asked / 10);
    }

    [Fact]
    public void Loads_end_with_the_packet()
    {
        byte[] packet = new byte[64];
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(60), 0x01020304);
        foreach ((ushort code, int size, uint value) in new (ushort, int, uint)[] { (0x20, 4, 0x01020304), (0x28, 2, 0x0304), (0x30, 1, 0x04) })
        {
            uint last = (uint)(64 - size);
            using FilterProgram inside = FilterProgram.Load([new(code, 0, 0, last), new(0x16, 0, 0, 0)]);
            using FilterProgram beyond = FilterProgram.Load([new(code, 0, 0, last + 1), new(0x06, 0, 0, 7)]);
            using FilterProgram indexed = FilterProgram.Load([new(0x01, 0, 0, 30), new((ushort)(code + 0x20), 0, 0, last - 30), new(0x16, 0, 0, 0)]);
            using FilterProgram indexedBeyond = FilterProgram.Load([new(0x01, 0, 0, 30), new((ushort)(code + 0x20), 0, 0, last - 29), new(0x06, 0, 0, 7)]);
            using FilterProgram wraps = FilterProgram.Load([new(0x01, 0, 0, uint.MaxValue), new((ushort)(code + 0x20), 0, 0, 5), new(0x06, 0, 0, 7)]);
            Assert.Equal((value, 0u, value, 0u, 0u), (inside.AskRaw(packet, 64), beyond.AskRaw(packet, 64), indexed.AskRaw(packet, 64), indexedBeyond.AskRaw(packet, 64), wraps.AskRaw(packet, 64)));
        }
    }

    [Fact]
    public void Without_a_filter_the_functions_stay_what_they_were()
    {
        using FilterProgram program = FilterProgram.Load((PacketFilter?)null);
        Assert.Equal((0u, 0u), (program.AskRaw(new byte[64], 64), program.AskEthernet(new byte[64], 64)));
    }

    [Fact]
    public void A_filter_that_fills_its_function_is_loaded()
    {
        // Four instructions set the registers, two return; how many more than 2048 fit is the compiler's affair.
        int largest = Enumerable.Range(2048, 64).Last(Fits);
        Assert.InRange(largest, 2048, 2048 + 8);
        for (int size = largest - 3; size <= largest; size++)
        {
            using FilterProgram program = FilterProgram.Load(Moves(size));
            Assert.Equal((uint)(size - 7), program.AskRaw([], 0));
        }
    }

    private static ClassicInstruction[] Moves(int size) =>
        [.. Enumerable.Range(0, size - 6).Select(i => new ClassicInstruction(0x00, 0, 0, (uint)i)), new(0x16, 0, 0, 0)];

    private static bool Fits(int size)
    {
        try
        {
            FilterProgram.Load(Moves(size)).Dispose();
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static int Same(string name, uint expected, uint actual)
    {
        Assert.True(expected == actual, $"{name}: libpcap gives {expected}, the kernel {actual}");
        return expected != 0 ? 1 : 0;
    }
}
