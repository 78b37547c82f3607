using Huatuo.Gen.Btf;

namespace Huatuo.Gen.Records;

/// <summary>What a struct or union that crosses to user space may not hold: every byte of it belongs to a named member.</summary>
internal static class StructRules
{
    public static void Check(BtfTypes types, BtfType type, string spelling, Rejections rejections)
    {
        if (type.Members.Count == 0)
        {
            rejections.Add(spelling, "it has no members");
            return;
        }

        long end = 0;
        int alignment = 1;
        string last = "";
        foreach (BtfMember member in type.Members)
        {
            string name = member.Name.Length > 0 ? member.Name : $"(unnamed at byte {member.BitOffset / 8})";
            if (member.BitSize != 0 || member.BitOffset % 8 != 0)
            {
                rejections.Add(spelling, name, "is a bitfield; use whole integers and masks");
                end = Math.Max(end, (member.BitOffset + member.BitSize + 7) / 8);
                last = name;
                continue;
            }

            long offset = member.BitOffset / 8;
            int natural = types.AlignmentOf(member.Type);
            if (offset % natural != 0)
                rejections.Add(spelling, name, $"is packed: at byte {offset}, not a multiple of {natural}");
            else if (type.Kind == BtfKind.Struct && offset > end)
                rejections.Add(spelling, name, $"has a hole of {Bytes(offset - end)} before it, at byte {end}; name the padding");
            alignment = Math.Max(alignment, natural);
            if (offset + types.SizeOf(member.Type) >= end)
                last = name;
            end = Math.Max(end, offset + types.SizeOf(member.Type));
        }

        if (type.Size > end)
            rejections.Add(spelling, last, $"has a hole of {Bytes(type.Size - end)} after it, at the end; name the padding");
        else if (type.Size % alignment != 0)
            rejections.Add(spelling, last, $"is packed: the struct ends after {type.Size} bytes, not a multiple of {alignment}");
    }

    private static string Bytes(long count) => count == 1 ? "1 byte" : $"{count} bytes";
}
