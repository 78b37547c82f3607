using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Huatuo.Bpf;
using Huatuo.Bpf.Abi;
using Huatuo.Tracers.Network.SampleProbe;

namespace Huatuo.Gen.Tests;

/// <summary>The golden files are compiled into this program, so they are also run.</summary>
public sealed class GoldenTests
{
    [Fact]
    public void WritesTheGoldenFiles()
    {
        using var repository = new TemporaryRepository();
        repository.Write("src/Huatuo.Bpf/include/abi.bpf.c", TemporaryRepository.Fixture("abi.c"));
        repository.Write("src/Huatuo.Tracers/Network/SampleProbe/sample_probe.bpf.c", TemporaryRepository.Fixture("sample_probe.c"));

        (int code, string output, string error) = repository.Run("records");

        Assert.Equal((0, ""), (code, error));
        Assert.Equal(
            "src/Huatuo.Bpf/include/Abi.g.cs\nsrc/Huatuo.Tracers/Network/SampleProbe/SampleProbe.g.cs\n", output);
        Assert.Equal(TemporaryRepository.Golden("Abi.g.cs"), repository.Read("src/Huatuo.Bpf/include/Abi.g.cs"));
        Assert.Equal(
            TemporaryRepository.Golden("SampleProbe.g.cs"),
            repository.Read("src/Huatuo.Tracers/Network/SampleProbe/SampleProbe.g.cs"));
    }

    [Fact]
    public void SizesAreThoseOfTheKernelSide()
    {
        Assert.Equal((EventHeader.Size, 32), (Unsafe.SizeOf<EventHeader>(), EventHeader.Size));
        Assert.Equal((Endpoint.Size, 32), (Unsafe.SizeOf<Endpoint>(), Endpoint.Size));
        Assert.Equal((SampleRecord.Size, 128), (Unsafe.SizeOf<SampleRecord>(), SampleRecord.Size));
        Assert.Equal(128 * 4, Unsafe.SizeOf<LatencyHistogramValue>());
    }

    [Fact]
    public void FieldsLieWhereTheKernelSideWritesThem()
    {
        byte[] bytes = new byte[SampleRecord.Size];
        bytes[8] = (byte)'c';
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(24), 1);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(32 + 32 + 16 + 10), 443);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(96 + 4), 7);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(104), uint.MaxValue);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(108), 9);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(112), -5);
        bytes[120] = 0xff;
        bytes[121] = (byte)'A';
        bytes[122] = 2;
        ref readonly SampleRecord record = ref MemoryMarshal.AsRef<SampleRecord>(bytes);

        Assert.Equal((byte)'c', record.Header.Comm[0]);
        Assert.Equal(EventContext.Softirq, record.Header.Context);
        Assert.Equal(443, record.Ends[1].Ports[1][2]);
        Assert.Equal((7u, 7UL << 32), (record.Cookie.Halves.High, record.Cookie.Raw));
        Assert.Equal((Verdict.All, 9u), (record.Verdict, record.Generation));
        Assert.Equal((-5L, (sbyte)-1, (byte)'A', true), (record.LatencyNs, record.Level, record.Grade, record.IsFirst));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(128, 0)]
    [InlineData(135, 0)]
    [InlineData(136, 1)]
    [InlineData(151, 2)]
    public void TailHasOnlyWholeElements(int length, int elements)
    {
        byte[] bytes = new byte[length];
        if (length > SampleRecord.StackOffset)
            bytes[SampleRecord.StackOffset] = 42;

        ReadOnlySpan<ulong> stack = SampleRecord.Stack(bytes);

        Assert.Equal(elements, stack.Length);
        if (elements > 0)
            Assert.Equal(42UL, stack[0]);
    }

    [Fact]
    public void KnobsAreSetInTheSizeOfTheKernelSide()
    {
        var opened = new BpfObject();
        var probe = new SampleProbeBpf(opened) { Enabled = true, Limit = 5, Verdict = Verdict.All, Range = default };
        probe.SetPortList(new ushort[SampleProbeBpf.PortListLength]);
        probe.SetSwitches([1, 0, 1]);
        probe.SetDevice(new byte[SampleProbeBpf.DeviceLength]);

        Assert.Equal(
            [
                "cfg_enabled = Byte 1", "cfg_limit = UInt32 5", "cfg_verdict = Verdict All",
                "cfg_range = BucketRange Huatuo.Tracers.Network.SampleProbe.BucketRange",
                "cfg_port_list = 8 x UInt16", "cfg_switches = 3 x Byte", "cfg_device = 16 x Byte",
            ],
            opened.Calls);
        Assert.Equal("devices", probe.DevicesMap.Name);
        Assert.Equal("scratch", probe.Scratch.Name);
    }
}
