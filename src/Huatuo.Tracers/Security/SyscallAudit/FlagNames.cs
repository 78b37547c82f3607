using System.Text;

namespace Huatuo.Tracers.Security.SyscallAudit;

/// <summary>Flags of one argument, by name.</summary>
/// <param name="names">Masks and their names; a mask of several bits stands before those that it contains.</param>
internal sealed class FlagNames(params (ulong Mask, string Name)[] names)
{
    /// <summary>The names of a value joined by <c>|</c>; bits without a name as a hexadecimal number, none as 0.</summary>
    internal byte[] Of(ulong value) => Encoding.UTF8.GetBytes(Text(value));

    /// <summary>The same as text, with something before it.</summary>
    internal string Text(ulong value, string first = "")
    {
        List<string> found = first.Length > 0 ? [first] : [];
        foreach ((ulong mask, string name) in names)
        {
            if ((value & mask) != mask)
                continue;
            found.Add(name);
            value &= ~mask;
        }
        if (value != 0 || found.Count == 0)
            found.Add(value == 0 ? "0" : $"0x{value:x}");
        return string.Join('|', found);
    }
}
