using System.IO.Enumeration;
using System.Text;
using Huatuo.Linux.Netlink;

namespace Huatuo.Tracers.Network.NetdevEvents;

/// <summary>Which devices are watched.</summary>
/// <param name="patterns">Of whole names, with <c>*</c> and <c>?</c>; none for hardware, bonds and teams.</param>
internal sealed class WatchedDevices(IReadOnlyList<string> patterns)
{
    internal bool Has(in LinkMessage link)
    {
        if (patterns.Count == 0)
            return !link.IsLoopback && (link.Kind.IsEmpty || link.Kind.SequenceEqual("bond"u8) || link.Kind.SequenceEqual("team"u8));
        string name = Encoding.UTF8.GetString(link.Name);
        return patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false));
    }
}
