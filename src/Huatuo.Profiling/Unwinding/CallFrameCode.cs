namespace Huatuo.Profiling.Unwinding;

/// <summary>Instructions of call frame information, but for the three that hold an operand (DWARF 5, 7.24; GNU's own above 0x2d).</summary>
internal enum CallFrameCode : byte
{
    Nop = 0x00,
    AdvanceLoc1 = 0x02,
    AdvanceLoc2 = 0x03,
    AdvanceLoc4 = 0x04,
    OffsetExtended = 0x05,
    RestoreExtended = 0x06,
    Undefined = 0x07,
    SameValue = 0x08,
    Register = 0x09,
    RememberState = 0x0a,
    RestoreState = 0x0b,
    DefCfa = 0x0c,
    DefCfaRegister = 0x0d,
    DefCfaOffset = 0x0e,
    DefCfaExpression = 0x0f,
    Expression = 0x10,
    OffsetExtendedSigned = 0x11,
    DefCfaSigned = 0x12,
    DefCfaOffsetSigned = 0x13,
    ValueOffset = 0x14,
    ValueOffsetSigned = 0x15,
    ValueExpression = 0x16,
    ArgumentsSize = 0x2e,
    NegativeOffsetExtended = 0x2f,
}
