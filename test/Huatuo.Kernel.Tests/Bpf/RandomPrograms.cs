using Huatuo.Bpf.Filters;

namespace Huatuo.Kernel.Tests.Bpf;

/// <summary>Programs in classic BPF that no compiler would write.</summary>
internal static class RandomPrograms
{
    private static readonly uint[] s_operands = [0, 1, 2, 3, 7, 15, 31, 32, 33, 60, 255, 256, 65535, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];

    internal static ClassicInstruction[] Next(Random random)
    {
        int length = random.Next(2, 40);
        var program = new ClassicInstruction[length];
        for (int i = 0; i < length - 1; i++)
            program[i] = One(random, length - 2 - i);
        program[^1] = new ClassicInstruction(0x16, 0, 0, 0);
        // Both give an answer about words that were never written only if those begin with zero.
        return [.. Enumerable.Range(0, 16).Select(word => new ClassicInstruction(0x02, 0, 0, (uint)word)), .. program];
    }

    private static ClassicInstruction One(Random random, int ahead)
    {
        uint operand = random.Next(3) == 0 ? s_operands[random.Next(s_operands.Length)] : (uint)random.Next(48);
        uint word = (uint)random.Next(16);
        return random.Next(14) switch
        {
            0 => new(0x00, 0, 0, operand),
            1 => new(0x01, 0, 0, operand),
            2 or 3 => new((ushort)(0x20 + 8 * random.Next(3)), 0, 0, operand),
            4 => new((ushort)(0x40 + 8 * random.Next(3)), 0, 0, operand),
            5 => new(random.Next(2) == 0 ? (ushort)0x60 : (ushort)0x61, 0, 0, word),
            6 => new(random.Next(2) == 0 ? (ushort)0x02 : (ushort)0x03, 0, 0, word),
            7 => new(random.Next(2) == 0 ? (ushort)0x80 : (ushort)0x81, 0, 0, 0),
            8 => new(0xb1, 0, 0, operand),
            9 => new(random.Next(2) == 0 ? (ushort)0x07 : (ushort)0x87, 0, 0, 0),
            10 => new((ushort)(0x15 + 0x10 * random.Next(4) + 8 * random.Next(2)), (byte)random.Next(ahead + 1), (byte)random.Next(ahead + 1), operand),
            11 when random.Next(4) == 0 => new(0x05, 0, 0, (uint)random.Next(ahead + 1)),
            _ => Arithmetic(random, operand),
        };
    }

    // A shift by a constant of more than 31 is nothing that libpcap's interpreter has an answer for.
    private static ClassicInstruction Arithmetic(Random random, uint operand)
    {
        int operation = random.Next(11);
        bool byIndex = operation != 8 && random.Next(2) == 0;
        bool shifts = operation is 6 or 7;
        bool divides = operation is 3 or 9;
        if (!byIndex)
            operand = shifts ? operand & 31 : divides ? operand | 1 : operand;
        return new((ushort)(0x04 + 0x10 * operation + (byIndex ? 8 : 0)), 0, 0, operand);
    }
}
