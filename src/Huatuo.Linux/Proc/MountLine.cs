using System.Text;

namespace Huatuo.Linux.Proc;

/// <summary>A line of <c>/proc/PID/mountinfo</c> (fs/proc_namespace.c: show_mountinfo), over its bytes; names are escaped.</summary>
public readonly ref struct MountLine
{
    /// <summary>Where it is mounted.</summary>
    public ReadOnlySpan<byte> Point { get; private init; }

    /// <summary>The type of the file system.</summary>
    public ReadOnlySpan<byte> Type { get; private init; }

    /// <summary>The device, or what else it comes from.</summary>
    public ReadOnlySpan<byte> Source { get; private init; }

    /// <summary>Whether the mount or the file system may not be written.</summary>
    public bool IsReadOnly { get; private init; }

    /// <summary>Reads <c>36 35 98:0 /root /point rw,noatime [tags…] - ext4 /dev/sda1 rw,errors=continue</c>.</summary>
    /// <returns>False when the line is none.</returns>
    public static bool TryParse(ReadOnlySpan<byte> line, out MountLine mount)
    {
        mount = default;
        var fields = new FieldReader(line);
        if (!fields.Skip(4) || !fields.TryNext(out ReadOnlySpan<byte> point) || !fields.TryNext(out ReadOnlySpan<byte> options))
            return false;
        ReadOnlySpan<byte> tag;
        do
        {
            if (!fields.TryNext(out tag))
                return false;
        }
        while (!tag.SequenceEqual("-"u8));
        if (!fields.TryNext(out ReadOnlySpan<byte> type) || !fields.TryNext(out ReadOnlySpan<byte> source))
            return false;
        fields.TryNext(out ReadOnlySpan<byte> super);
        mount = new MountLine { Point = point, Type = type, Source = source, IsReadOnly = HasReadOnly(options) || HasReadOnly(super) };
        return true;
    }

    /// <summary>Undoes the kernel's escapes: a backslash and three octal digits are one byte.</summary>
    public static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
            return text;
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int length = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            bool isEscape = bytes[i] == '\\' && i + 3 < bytes.Length && bytes.AsSpan(i + 1, 3).IndexOfAnyExceptInRange((byte)'0', (byte)'7') < 0;
            bytes[length++] = isEscape ? (byte)((bytes[i + 1] - '0') << 6 | (bytes[i + 2] - '0') << 3 | (bytes[i + 3] - '0')) : bytes[i];
            i += isEscape ? 3 : 0;
        }
        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private static bool HasReadOnly(ReadOnlySpan<byte> options) => options.SequenceEqual("ro"u8) || options.StartsWith("ro,"u8);
}
