using System.Text;
using Huatuo.Linux.Cgroups;

namespace Huatuo.Flow.Enrich;

/// <summary>What is known of one cgroup.</summary>
/// <param name="PathUtf8">Its path below the hierarchy; empty when it was gone before anyone asked.</param>
/// <param name="Container">The container whose cgroup it is.</param>
public sealed record Cgroup(ReadOnlyMemory<byte> PathUtf8, Container? Container)
{
    internal static readonly Cgroup Gone = new(ReadOnlyMemory<byte>.Empty, null);

    /// <summary>A cgroup by its path below the hierarchy.</summary>
    /// <param name="path">All of it, or as much as is known.</param>
    public static Cgroup Of(string path) => new(
        Encoding.UTF8.GetBytes(path),
        ContainerIds.TryParse(path, out string? id) ? new Container(id, Encoding.UTF8.GetBytes(id)) : null);
}
