using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Huatuo.Linux.Cgroups;

/// <summary>Parses <c>/proc/pid/cgroup</c>: lines <c>hierarchy:controllers:path</c>, <c>0::path</c> for v2.</summary>
internal static class ProcCgroup
{
    internal const int MaxBytes = 8192;

    /// <summary>The path in the hierarchy of the memory controller: the v1 line that names it, else the v2 line.</summary>
    /// <param name="content">The file.</param>
    /// <param name="path">The path.</param>
    /// <param name="hierarchy">The hierarchy's number; 0 for v2.</param>
    internal static bool TryParse(ReadOnlySpan<byte> content, [NotNullWhen(true)] out string? path, out int hierarchy)
    {
        ReadOnlySpan<byte> found = default;
        hierarchy = 0;
        foreach (var range in content.Split((byte)'\n'))
        {
            var line = content[range];
            int first = line.IndexOf((byte)':');
            if (first < 0) continue;
            int second = line[(first + 1)..].IndexOf((byte)':');
            if (second < 0) continue;

            var controllers = line.Slice(first + 1, second);
            var below = line[(first + second + 2)..];
            if (below.IsEmpty || below[0] != '/') continue;
            if (NamesMemory(controllers) && Utf8Parser.TryParse(line[..first], out int number, out int used) && used == first && number > 0)
            {
                found = below;
                hierarchy = number;
                break;
            }
            if (controllers.IsEmpty && line[..first].SequenceEqual("0"u8)) found = below;
        }
        path = found.IsEmpty ? null : Encoding.UTF8.GetString(found);
        return path is not null;
    }

    private static bool NamesMemory(ReadOnlySpan<byte> controllers)
    {
        foreach (var range in controllers.Split((byte)','))
            if (controllers[range].SequenceEqual("memory"u8)) return true;
        return false;
    }
}
