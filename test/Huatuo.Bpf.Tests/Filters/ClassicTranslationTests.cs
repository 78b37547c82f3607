using Huatuo.Bpf.Filters;

namespace Huatuo.Bpf.Tests.Filters;

public sealed class ClassicTranslationTests
{
    [Fact]
    public void TheLoadOfAByteIsBoundedAndItsResultTested()
    {
        ulong[] code = ClassicTranslation.Translate([new(0x30, 0, 0, 9), new(0x15, 0, 1, 6), new(0x06, 0, 0, 262144), new(0x06, 0, 0, 0)]);
        Assert.Equal(
            [
                0x00000000_0000_18bf, // r8 = r1
                0x00000000_0000_29bc, // w9 = w2
                0x00000000_0000_06b4, // w6 = 0
                0x00000000_0000_07b4, // w7 = 0
                0x0000000a_000d_09a6, // if w9 < 10 goto no match
                0x00000000_0000_83bf, // r3 = r8
                0x00000009_0000_0307, // r3 += 9
                0x00000000_0000_a1bf, // r1 = r10
                0xfffffff8_0000_0107, // r1 += -8
                0x00000001_0000_02b4, // w2 = 1
                0x00000071_0000_0085, // call bpf_probe_read_kernel
                0x00000000_0006_0056, // if w0 != 0 goto no match
                0x00000000_fff8_a671, // w6 = *(u8 *)(r10 - 8)
                0x00000006_0002_0656, // if w6 != 6 goto +2
                0x00040000_0000_00b4, // w0 = 262144
                0x00000000_0000_0095, // exit
                0x00000000_0000_00b4, // w0 = 0
                0x00000000_0000_0095, // exit
                0x00000000_0000_00b4, // no match: w0 = 0
                0x00000000_0000_0095, // exit
            ],
            code);
    }

    [Fact]
    public void WhatIsNotReachedIsLeftOut()
    {
        ulong[] code = ClassicTranslation.Translate([new(0x05, 0, 0, 1), new(0x20, 0, 0, 0), new(0x06, 0, 0, 1)]);
        Assert.Equal(ClassicTranslation.Translate([new(0x06, 0, 0, 1)]), code.Where((_, i) => i != 4));
    }

    [Theory]
    [InlineData(0x05, 0, 0, 0xffff_fff0u, "instruction 0 leads out of the program")]
    [InlineData(0x15, 9, 0, 0u, "instruction 0 leads out of the program")]
    [InlineData(0x60, 0, 0, 16u, "there is no memory word 16")]
    [InlineData(0x9c, 0, 0, 0u, null)]
    [InlineData(0xb4, 0, 0, 0u, "instruction 0: unknown code 0xb4")]
    [InlineData(0x00ff, 0, 0, 0u, "instruction 0: unknown code 0xff")]
    [InlineData(0x0115, 0, 0, 0u, "instruction 0: unknown code 0x115")]
    public void WhatIsNoProgramIsRefused(int code, int ifTrue, int ifFalse, uint k, string? message)
    {
        ClassicInstruction[] program = [new((ushort)code, (byte)ifTrue, (byte)ifFalse, k), new(0x06, 0, 0, 0)];
        if (message is null)
            Assert.NotEmpty(ClassicTranslation.Translate(program));
        else
            Assert.Contains(message, Assert.Throws<ArgumentException>(() => ClassicTranslation.Translate(program)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RandomInstructionsAreAProgramOrRefused()
    {
        int translated = 0;
        for (int seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            var program = new ClassicInstruction[random.Next(6)];
            for (int i = 0; i < program.Length; i++)
                program[i] = new((ushort)random.Next(256), (byte)random.Next(3), (byte)random.Next(3), (uint)random.Next(20));
            try
            {
                Assert.Equal(0x95UL, ClassicTranslation.Translate(program)[^1]);
                translated++;
            }
            catch (ArgumentException)
            {
            }
        }
        Assert.True(translated > 100, $"{translated}");
    }
}
