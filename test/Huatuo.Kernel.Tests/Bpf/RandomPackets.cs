using System.Buffers.Binary;
using System.Net;

namespace Huatuo.Kernel.Tests.Bpf;

/// <summary>Ethernet frames of many kinds, of few addresses and ports, so that filters meet what they ask for.</summary>
internal sealed class RandomPackets(Random random)
{
    internal static readonly string[] Ipv4 = ["10.0.0.1", "10.0.0.2", "10.9.8.7", "192.168.1.5", "255.255.255.255", "224.0.0.1"];
    internal static readonly string[] Ipv6 = ["2001:db8::1", "2001:db8::2", "fe80::1", "ff02::1"];
    internal static readonly ushort[] Ports = [22, 53, 80, 443, 1000, 1500, 65535];
    private static readonly byte[] s_protocols = [6, 17, 1, 58, 132, 2, 50, 47, 0, 44, 60, 255];
    private readonly List<byte> _bytes = [];

    /// <summary>A frame.</summary>
    internal byte[] Frame()
    {
        _bytes.Clear();
        Mac();
        Mac();
        if (random.Next(8) == 0)
        {
            U16(0x8100);
            U16(random.Next(4) == 0 ? 5 : random.Next(65536));
        }
        switch (random.Next(12))
        {
            case < 5:
                U16(0x800);
                Version4();
                break;
            case < 9:
                U16(0x86dd);
                Version6();
                break;
            case 9:
                U16(0x806);
                Arp();
                break;
            case 10:
                U16(random.Next(65536));
                Noise(random.Next(80));
                break;
            default:
                U16(0x800);
                Noise(random.Next(80));
                break;
        }
        return [.. _bytes];
    }

    private void Version4()
    {
        int options = random.Next(3) == 0 ? random.Next(11) : 0;
        byte protocol = Protocol();
        _bytes.AddRange([(byte)(0x45 + options), (byte)random.Next(256)]);
        U16(random.Next(1500));
        U16(random.Next(65536));
        U16(random.Next(4) == 0 ? random.Next(65536) : 0x4000);
        _bytes.AddRange([(byte)random.Next(256), protocol]);
        U16(random.Next(65536));
        Address(Ipv4);
        Address(Ipv4);
        Noise(4 * options);
        Transport(protocol);
    }

    private void Version6()
    {
        byte protocol = Protocol();
        _bytes.AddRange([0x60, 0, 0, 0]);
        U16(random.Next(1500));
        _bytes.AddRange([protocol, (byte)random.Next(256)]);
        Address(Ipv6);
        Address(Ipv6);
        if (protocol is 0 or 44 or 60)
        {
            byte next = Protocol();
            _bytes.AddRange([next, 0]);
            Noise(6);
            protocol = next;
        }
        Transport(protocol);
    }

    private void Arp()
    {
        U16(1);
        U16(0x800);
        _bytes.AddRange([6, 4]);
        U16(random.Next(1, 3));
        Mac();
        Address(Ipv4);
        Mac();
        Address(Ipv4);
    }

    private void Transport(byte protocol)
    {
        if (protocol is 6 or 17 or 132)
        {
            U16(Ports[random.Next(Ports.Length)]);
            U16(Ports[random.Next(Ports.Length)]);
        }
        if (protocol == 6)
        {
            Noise(8);
            _bytes.AddRange([(byte)(random.Next(4, 8) << 4), (byte)random.Next(64)]);
            Noise(6);
        }
        if (random.Next(3) == 0)
            _bytes.AddRange("GET / HTTP"u8.ToArray());
        Noise(random.Next(60));
    }

    private byte Protocol() => random.Next(4) == 0 ? s_protocols[random.Next(s_protocols.Length)] : s_protocols[random.Next(2)];

    private void Mac()
    {
        if (random.Next(3) == 0)
            _bytes.AddRange([2, 0, 0, 0, 0, (byte)random.Next(1, 3)]);
        else if (random.Next(3) == 0)
            _bytes.AddRange([255, 255, 255, 255, 255, 255]);
        else
            Noise(6);
    }

    private void Address(string[] pool) => _bytes.AddRange(IPAddress.Parse(pool[random.Next(pool.Length)]).GetAddressBytes());

    private void Noise(int count)
    {
        byte[] noise = new byte[count];
        random.NextBytes(noise);
        _bytes.AddRange(noise);
    }

    private void U16(int value)
    {
        Span<byte> bytes = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        _bytes.AddRange(bytes);
    }
}
