using Huatuo.Bpf.Abi;

namespace Huatuo.Profiling.Unwinding;

/// <summary>
/// What is known at an address of x86-64 code: what the frame's address is reckoned from, where the base pointer is, and whether the
/// return address lies below the frame. Each change says that it was understood.
/// </summary>
internal struct CallFrameState
{
    private const ulong BasePointer = 6, StackPointer = 7, ReturnAddress = 16;
    private const int Word = 8;
    private UnwindKind _expression;
    private Place _base, _return;
    private long _baseOffset;

    /// <summary>The register that the frame's address is reckoned from.</summary>
    internal ulong Register { get; private set; }

    /// <summary>And how far from it, in bytes.</summary>
    internal long Offset { get; private set; }

    /// <summary>As a row has it.</summary>
    internal readonly UnwindRule Rule
    {
        get
        {
            if (_return == Place.Nowhere)
                return new UnwindRule(UnwindKind.End, 0, 0);
            UnwindKind kind = _expression != UnwindKind.None ? _expression : Register switch
            {
                StackPointer => UnwindKind.Sp,
                BasePointer => UnwindKind.Bp,
                _ => UnwindKind.None,
            };
            bool isWhole = Offset % Word == 0 && Offset / Word is >= short.MinValue and <= short.MaxValue;
            if (kind == UnwindKind.None || _return != Place.Below || !(isWhole || kind == UnwindKind.Plt))
                return UnwindRule.None;
            return new UnwindRule(kind, (short)(kind == UnwindKind.Plt ? Offset : Offset / Word), Base);
        }
    }

    private readonly sbyte Base => _base switch
    {
        Place.Kept => (sbyte)UnwindBase.Kept,
        Place.AtItself => (sbyte)UnwindBase.AtItself,
        Place.Below when _baseOffset % Word == 0 && _baseOffset / Word is >= sbyte.MinValue and < (int)UnwindBase.AtItself and not 0 => (sbyte)(_baseOffset / Word),
        _ => (sbyte)UnwindBase.Lost,
    };

    internal bool Define(ulong register, long offset)
    {
        (Register, Offset, _expression) = (register, offset, UnwindKind.None);
        return true;
    }

    /// <summary>The two expressions that compilers and linkers write: of tables of procedures, and of stacks that are aligned.</summary>
    internal bool Define(ReadOnlySpan<byte> expression)
    {
        // rsp + 8 + ((rip & 15) >= N ? 8 : 0)
        if (expression is [0x77, 8, 0x80, 0, 0x3f, 0x1a, >= 0x30 and <= 0x4f and var literal, 0x2a, 0x33, 0x24, 0x22])
        {
            (_expression, Offset) = (UnwindKind.Plt, literal - 0x30);
            return true;
        }
        // *(rbp + N)
        if (expression is [0x76, .., 0x06])
        {
            var cursor = new ByteCursor(expression, 1, expression.Length);
            long offset = cursor.Sleb();
            if (cursor.At == expression.Length - 1)
            {
                (_expression, Offset) = (UnwindKind.BpAt, offset);
                return true;
            }
        }
        (_expression, Register) = (UnwindKind.None, ulong.MaxValue);
        return true;
    }

    /// <summary>A register's value lies so far from the frame's address.</summary>
    internal bool At(ulong register, long offset)
    {
        if (register == BasePointer)
            (_base, _baseOffset) = (Place.Below, offset);
        else if (register == ReturnAddress)
            _return = offset == -Word ? Place.Below : Place.Lost;
        return true;
    }

    /// <summary>It lies at an address that is computed.</summary>
    internal bool AtExpression(ulong register, ReadOnlySpan<byte> expression)
    {
        // rbp + 0
        bool isAtItself = register == BasePointer && expression is [0x76, 0];
        return Set(register, isAtItself ? Place.AtItself : Place.Lost);
    }

    internal bool Keep(ulong register) => Set(register, register == ReturnAddress ? Place.Lost : Place.Kept);

    internal bool Lose(ulong register) => Set(register, Place.Lost);

    internal bool Undefine(ulong register) => Set(register, register == ReturnAddress ? Place.Nowhere : Place.Lost);

    /// <summary>It is where it was at the beginning.</summary>
    internal bool Restore(ulong register, in CallFrameState initial)
    {
        if (register == BasePointer)
            (_base, _baseOffset) = (initial._base, initial._baseOffset);
        else if (register == ReturnAddress)
            _return = initial._return;
        return true;
    }

    private bool Set(ulong register, Place place)
    {
        if (register == BasePointer)
            _base = place;
        else if (register == ReturnAddress)
            _return = place;
        return true;
    }

    private enum Place
    {
        Kept,
        Below,
        AtItself,
        Lost,
        Nowhere,
    }
}
