using static Huatuo.Bpf.Filters.Register;

namespace Huatuo.Bpf.Filters;

/// <summary>
/// Makes eBPF of a classic BPF program. The result is the body of <c>u32 (u64 start, u32 length, u32 whole)</c>, which reads
/// the packet at a kernel address by <c>bpf_probe_read_kernel</c> (5.5) and gives what the classic program returns. A load
/// from beyond the length, and a division by zero, return 0, as they do in libpcap.
/// </summary>
internal sealed class ClassicTranslation
{
    private const int ProbeReadKernel = 113;
    private const int MemoryWords = 16;
    private const int Loaded = -8, Whole = -12, FirstWord = -16;

    private readonly ClassicInstruction[] _source;
    private readonly int[] _labels;
    private readonly Assembler _code = new();
    private readonly int _noMatch;

    private ClassicTranslation(ReadOnlySpan<ClassicInstruction> source)
    {
        _source = source.ToArray();
        _noMatch = _code.NewLabel();
        _labels = [.. _source.Select(_ => _code.NewLabel())];
    }

    /// <summary>Translates a program.</summary>
    /// <param name="program">The classic program.</param>
    /// <returns>eBPF instructions.</returns>
    /// <exception cref="ArgumentException">It is not a program: an instruction is unknown, or a way leads out of it.</exception>
    internal static ulong[] Translate(ReadOnlySpan<ClassicInstruction> program) => new ClassicTranslation(program).Translate();

    private ulong[] Translate()
    {
        bool[] reached = Reached();
        _code.Wide(Operation.Move, Packet, First);
        _code.Alu(Operation.Move, Length, Second);
        if (Uses(reached, 0x80) || Uses(reached, 0x81))
            _code.Store(Whole, Third);
        _code.Alu(Operation.Move, Accumulator, 0u);
        _code.Alu(Operation.Move, Offset, 0u);
        for (uint word = 0; word < MemoryWords; word++)
            if (_source.Where((_, i) => reached[i]).Any(instruction => instruction.Code is 0x60 or 0x61 && instruction.K == word))
                _code.Store(Word(word), 0u);
        for (int i = 0; i < _source.Length; i++)
        {
            _code.Place(_labels[i]);
            if (reached[i])
                Translate(i, _source[i]);
        }
        _code.Place(_noMatch);
        if (_code.IsUsed(_noMatch))
            Return(0);
        return _code.Finish();
    }

    private bool Uses(bool[] reached, ushort code) => _source.Where((instruction, i) => reached[i] && instruction.Code == code).Any();

    // Jumps go forward only, so one pass finds what is reached; the verifier wants nothing else.
    private bool[] Reached()
    {
        bool[] reached = new bool[_source.Length];
        void Reach(int from, long distance)
        {
            long to = from + 1 + distance;
            if (to >= _source.Length)
                throw new ArgumentException($"instruction {from} leads out of the program");
            reached[to] = true;
        }
        if (_source.Length == 0)
            throw new ArgumentException("a program without instructions");
        reached[0] = true;
        for (int i = 0; i < _source.Length; i++)
        {
            if (!reached[i] || (_source[i].Code & 7) == 6)
                continue;
            if (_source[i].Code == 5)
            {
                Reach(i, _source[i].K);
                continue;
            }
            bool jumps = (_source[i].Code & 7) == 5;
            Reach(i, jumps ? _source[i].IfTrue : 0);
            Reach(i, jumps ? _source[i].IfFalse : 0);
        }
        return reached;
    }

    private void Translate(int at, ClassicInstruction instruction)
    {
        (ushort code, uint k) = (instruction.Code, instruction.K);
        switch (code)
        {
            case 0x00:
                _code.Alu(Operation.Move, Accumulator, k);
                break;
            case 0x01:
                _code.Alu(Operation.Move, Offset, k);
                break;
            case 0x20 or 0x28 or 0x30:
                LoadAt(Accumulator, k, SizeOf(code));
                break;
            case 0x40 or 0x48 or 0x50:
                LoadIndexed(k, SizeOf(code));
                break;
            case 0x60:
                _code.Load(Accumulator, 4, Word(k));
                break;
            case 0x61:
                _code.Load(Offset, 4, Word(k));
                break;
            case 0x80:
                _code.Load(Accumulator, 4, Whole);
                break;
            case 0x81:
                _code.Load(Offset, 4, Whole);
                break;
            case 0xb1:
                // The length of an IPv4 header: four times the low half of a byte.
                LoadAt(Offset, k, 1);
                _code.Alu(Operation.And, Offset, 15);
                _code.Alu(Operation.ShiftLeft, Offset, 2);
                break;
            case 0x02:
                _code.Store(Word(k), Accumulator);
                break;
            case 0x03:
                _code.Store(Word(k), Offset);
                break;
            case 0x05:
                _code.Goto(_labels[at + 1 + (int)k]);
                break;
            case 0x06:
                Return(k);
                break;
            case 0x16:
                _code.Alu(Operation.Move, Result, Accumulator);
                _code.Exit();
                break;
            case 0x07:
                _code.Alu(Operation.Move, Offset, Accumulator);
                break;
            case 0x87:
                _code.Alu(Operation.Move, Accumulator, Offset);
                break;
            default:
                if ((code & 7) == 4 && (code & 0xf0) <= 0xa0 && code <= 0xff)
                    Arithmetic((Operation)(code & 0xf0), (code & 8) != 0, k);
                else if ((code & 7) == 5 && (code & 0xf0) is > 0 and <= 0x40 && code <= 0xff)
                    Branch(at, instruction);
                else
                    throw new ArgumentException($"instruction {at}: unknown code 0x{code:x}");
                break;
        }
    }

    private void Arithmetic(Operation operation, bool byIndex, uint k)
    {
        bool divides = operation is Operation.Divide or Operation.Modulo;
        bool shifts = operation is Operation.ShiftLeft or Operation.ShiftRight;
        const uint bits = 32;
        if (operation == Operation.Negate)
        {
            _code.Alu(operation, Accumulator, 0u);
        }
        else if (!byIndex)
        {
            if (divides && k == 0)
                NoMatch();
            else if (shifts && k >= bits)
                _code.Alu(Operation.Move, Accumulator, 0u);
            else
                _code.Alu(operation, Accumulator, k);
        }
        else if (shifts)
        {
            // eBPF takes only the low five bits of the distance.
            (int inside, int done) = (_code.NewLabel(), _code.NewLabel());
            _code.If(Condition.Below, Offset, bits, inside);
            _code.Alu(Operation.Move, Accumulator, 0u);
            _code.Goto(done);
            _code.Place(inside);
            _code.Alu(operation, Accumulator, Offset);
            _code.Place(done);
        }
        else
        {
            if (divides)
                _code.If(Condition.Equal, Offset, 0u, _noMatch);
            _code.Alu(operation, Accumulator, Offset);
        }
    }

    private void Branch(int at, ClassicInstruction instruction)
    {
        var condition = (Condition)(instruction.Code & 0xf0);
        bool byIndex = (instruction.Code & 8) != 0;
        (int ifTrue, int ifFalse) = (at + 1 + instruction.IfTrue, at + 1 + instruction.IfFalse);
        if (ifTrue == ifFalse)
        {
            _code.Goto(_labels[ifTrue]);
            return;
        }
        Condition? opposite = condition switch
        {
            Condition.Equal => Condition.NotEqual,
            Condition.Above => Condition.AtMost,
            Condition.AtLeast => Condition.Below,
            _ => null,
        };
        if (instruction.IfTrue == 0 && opposite is { } inverse)
            (condition, ifTrue, ifFalse) = (inverse, ifFalse, ifTrue);
        if (byIndex)
            _code.If(condition, Accumulator, Offset, _labels[ifTrue]);
        else
            _code.If(condition, Accumulator, instruction.K, _labels[ifTrue]);
        if (ifFalse != at + 1)
            _code.Goto(_labels[ifFalse]);
    }

    private void LoadAt(Register target, uint offset, int bytes)
    {
        if (offset > int.MaxValue - 4)
        {
            NoMatch();
            return;
        }
        _code.If(Condition.Below, Length, offset + (uint)bytes, _noMatch);
        _code.Wide(Operation.Move, Third, Packet);
        if (offset != 0)
            _code.Wide(Operation.Add, Third, (int)offset);
        Read(target, bytes);
    }

    private void LoadIndexed(uint offset, int bytes)
    {
        if (offset > int.MaxValue - 4)
        {
            NoMatch();
            return;
        }
        _code.Wide(Operation.Move, Third, Offset);
        _code.Wide(Operation.Add, Third, (int)offset);
        _code.Wide(Operation.Move, First, Third);
        _code.Wide(Operation.Add, First, bytes);
        _code.IfWide(Condition.Above, First, Length, _noMatch);
        _code.Wide(Operation.Add, Third, Packet);
        Read(Accumulator, bytes);
    }

    // The address is in the third argument.
    private void Read(Register target, int bytes)
    {
        _code.Wide(Operation.Move, First, Frame);
        _code.Wide(Operation.Add, First, Loaded);
        _code.Alu(Operation.Move, Second, (uint)bytes);
        _code.Call(ProbeReadKernel);
        _code.If(Condition.NotEqual, Result, 0u, _noMatch);
        _code.Load(target, bytes, Loaded);
        if (bytes > 1)
            _code.FromNetwork(target, 8 * bytes);
    }

    // A condition that always holds: what follows stays reachable to the eye, as the verifier wants it.
    private void NoMatch() => _code.If(Condition.AtLeast, Length, 0u, _noMatch);

    private void Return(uint value)
    {
        _code.Alu(Operation.Move, Result, value);
        _code.Exit();
    }

    private static int SizeOf(ushort code) => (code & 0x18) switch { 0x00 => 4, 0x08 => 2, _ => 1 };

    private static int Word(uint k) => k < MemoryWords
        ? FirstWord - 4 * (int)k
        : throw new ArgumentException($"there is no memory word {k}");
}
