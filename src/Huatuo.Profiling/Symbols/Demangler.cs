using System.Text;

namespace Huatuo.Profiling.Symbols;

/// <summary>
/// Makes the names that compilers give to functions readable: of C++ and Rust the path of the function, without types of
/// arguments and templates. A reading that never becomes longer than the name cannot be made to go on for ever.
/// </summary>
internal static class Demangler
{
    /// <summary>The readable name; the name itself when it is not understood.</summary>
    internal static string Readable(ReadOnlySpan<byte> name)
    {
        if (name.StartsWith("_ZN"u8) && RustName.Read(name) is { } rust)
            return rust;
        if (name.StartsWith("_Z"u8) && CppName.Read(name) is { } cpp)
            return cpp;
        if (name.StartsWith("_R"u8) && RustV0Name.Read(name) is { } newer)
            return newer;
        return Encoding.UTF8.GetString(name);
    }
}
