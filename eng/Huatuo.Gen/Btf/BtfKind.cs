namespace Huatuo.Gen.Btf;

/// <summary>BTF_KIND_* of include/uapi/linux/btf.h.</summary>
internal enum BtfKind
{
    Void,
    Int,
    Pointer,
    Array,
    Struct,
    Union,
    Enum,
    Forward,
    Typedef,
    Volatile,
    Const,
    Restrict,
    Function,
    FunctionPrototype,
    Variable,
    DataSection,
    Float,
    DeclarationTag,
    TypeTag,
    Enum64,
}
