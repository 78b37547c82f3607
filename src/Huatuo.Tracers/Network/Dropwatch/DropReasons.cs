using System.Globalization;
using System.Text;

namespace Huatuo.Tracers.Network.Dropwatch;

/// <summary>
/// Names of drop reasons, from the running kernel's <c>enum skb_drop_reason</c> (include/net/dropreason-core.h, 5.17). The
/// high half of a reason is its subsystem (6.4); modules keep the names of theirs.
/// </summary>
internal sealed class DropReasons
{
    /// <summary>What the kernel side sends where the kernel gives no reason.</summary>
    internal const uint NotSupported = uint.MaxValue;
    private const string Prefix = "SKB_DROP_REASON_";
    private const string SubsystemPrefix = "SKB_DROP_REASON_SUBSYS_";

    private readonly Dictionary<uint, byte[]> _names = [];
    private readonly Dictionary<uint, byte[]> _groups = [];
    private readonly Dictionary<string, uint> _numbers = new(StringComparer.OrdinalIgnoreCase);

    internal DropReasons(IReadOnlyDictionary<uint, string> core, IReadOnlyDictionary<uint, string> subsystems)
    {
        foreach ((uint number, string name) in core)
        {
            string bare = name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;
            _names[number] = Encoding.UTF8.GetBytes(bare);
            _numbers[bare] = number;
        }
        foreach ((uint number, string name) in subsystems)
            if (number != 0 && name.StartsWith(SubsystemPrefix, StringComparison.Ordinal))
                _groups[number] = Encoding.UTF8.GetBytes(name[SubsystemPrefix.Length..].ToLowerInvariant());
    }

    /// <summary>All names that the kernel has.</summary>
    internal IEnumerable<string> Names => _numbers.Keys;

    internal ReadOnlySpan<byte> Name(uint reason)
    {
        if (reason == NotSupported)
            return "NOT_SUPPORTED"u8;
        if (!_names.TryGetValue(reason, out byte[]? name))
            _names[reason] = name = Encoding.UTF8.GetBytes("REASON_" + (reason & 0xffff).ToString(CultureInfo.InvariantCulture));
        return name;
    }

    /// <summary>The subsystem that gave the reason; empty for the core.</summary>
    internal ReadOnlySpan<byte> Group(uint reason) =>
        reason != NotSupported && _groups.TryGetValue(reason >> 16, out byte[]? group) ? group : default;

    internal bool TryNumber(string name, out uint reason) => _numbers.TryGetValue(name, out reason);
}
