using Huatuo.Bpf.Abi;

namespace Huatuo.Profiling.Unwinding;

/// <summary>Runs the instructions of call frame information (DWARF 5, 6.4.2) of x86-64, and keeps what a walk needs.</summary>
/// <param name="rules">Takes what it finds.</param>
internal sealed class CallFrameProgram(UnwindRules rules)
{
    private const int MostRemembered = 64;

    private readonly Stack<CallFrameState> _remembered = new();
    private CallFrameState _state, _initial;
    private byte[] _bytes = [];
    private ulong _pc, _end;

    /// <summary>Compiles a run of code; one that begins before the end of the one before is left out.</summary>
    /// <param name="section">The section that it is in.</param>
    /// <param name="frame">The code.</param>
    internal void Add(byte[] section, in CallFrame frame)
    {
        if (frame.Begin < _end)
            return;
        _bytes = section;
        _remembered.Clear();
        (_pc, _end) = (frame.Begin, frame.End);
        _state = _initial = default;
        if (frame.Common.IsSignal)
        {
            rules.Add(_pc, new UnwindRule(UnwindKind.Signal, 0, 0));
        }
        else
        {
            bool isKnown = Run(frame.Common.Instructions, frame.Common);
            _initial = _state;
            isKnown = isKnown && Run(frame.Instructions, frame.Common);
            rules.Add(_pc, isKnown ? _state.Rule : UnwindRule.None);
        }
        rules.Add(_end, UnwindRule.None);
    }

    // False at an instruction that is not known.
    private bool Run(Range range, CommonFrame common)
    {
        var cursor = new ByteCursor(_bytes, range.Start.Value, range.End.Value);
        while (!cursor.IsAtEnd && _pc < _end)
        {
            byte code = cursor.U8();
            ulong operand = code & 0x3fu;
            bool goesOn = (code & 0xc0) switch
            {
                0x40 => Advance(operand * common.CodeUnit),
                0x80 => At(operand, (long)cursor.Uleb() * common.DataUnit),
                0xc0 => Restore(operand),
                _ => Extended((CallFrameCode)code, ref cursor, common),
            };
            if (!goesOn || cursor.HasFailed)
                return false;
        }
        return true;
    }

    private bool Extended(CallFrameCode code, ref ByteCursor cursor, CommonFrame common)
    {
        switch (code)
        {
            case CallFrameCode.Nop:
                return true;
            case CallFrameCode.AdvanceLoc1:
                return Advance(cursor.U8() * common.CodeUnit);
            case CallFrameCode.AdvanceLoc2:
                return Advance(cursor.U16() * common.CodeUnit);
            case CallFrameCode.AdvanceLoc4:
                return Advance(cursor.U32() * common.CodeUnit);
            case CallFrameCode.OffsetExtended:
                return At(cursor.Uleb(), (long)cursor.Uleb() * common.DataUnit);
            case CallFrameCode.OffsetExtendedSigned:
                return At(cursor.Uleb(), cursor.Sleb() * common.DataUnit);
            case CallFrameCode.NegativeOffsetExtended:
                return At(cursor.Uleb(), -(long)cursor.Uleb() * common.DataUnit);
            case CallFrameCode.RestoreExtended:
                return Restore(cursor.Uleb());
            case CallFrameCode.Undefined:
                return _state.Undefine(cursor.Uleb());
            case CallFrameCode.SameValue:
                return _state.Keep(cursor.Uleb());
            case CallFrameCode.Register:
                ulong register = cursor.Uleb();
                cursor.Uleb();
                return _state.Lose(register);
            case CallFrameCode.RememberState:
                _remembered.Push(_state);
                return _remembered.Count <= MostRemembered;
            case CallFrameCode.RestoreState:
                return _remembered.TryPop(out _state);
            case CallFrameCode.DefCfa:
                return _state.Define(cursor.Uleb(), (long)cursor.Uleb());
            case CallFrameCode.DefCfaSigned:
                return _state.Define(cursor.Uleb(), cursor.Sleb() * common.DataUnit);
            case CallFrameCode.DefCfaRegister:
                return _state.Define(cursor.Uleb(), _state.Offset);
            case CallFrameCode.DefCfaOffset:
                return _state.Define(_state.Register, (long)cursor.Uleb());
            case CallFrameCode.DefCfaOffsetSigned:
                return _state.Define(_state.Register, cursor.Sleb() * common.DataUnit);
            case CallFrameCode.DefCfaExpression:
                return _state.Define(cursor.Take(cursor.Uleb()));
            case CallFrameCode.Expression:
                return _state.AtExpression(cursor.Uleb(), cursor.Take(cursor.Uleb()));
            case CallFrameCode.ValueOffset or CallFrameCode.ValueOffsetSigned:
                ulong computed = cursor.Uleb();
                cursor.Uleb();
                return _state.Lose(computed);
            case CallFrameCode.ValueExpression:
                ulong reckoned = cursor.Uleb();
                cursor.Take(cursor.Uleb());
                return _state.Lose(reckoned);
            case CallFrameCode.ArgumentsSize:
                cursor.Uleb();
                return true;
            default:
                return false;
        }
    }

    private bool Advance(ulong distance)
    {
        rules.Add(_pc, _state.Rule);
        _pc = distance < _end - _pc ? _pc + distance : _end;
        return true;
    }

    private bool At(ulong register, long offset) => _state.At(register, offset);

    private bool Restore(ulong register) => _state.Restore(register, _initial);
}
