using System.Text;
using Huatuo.Linux.Cgroups;

namespace Huatuo.Flow.Containers;

/// <summary>What is known of one cgroup.</summary>
/// <param name="pathUtf8">Its path below the hierarchy; empty when it was gone before anyone asked.</param>
/// <param name="container">The container whose cgroup it is, or is within.</param>
public sealed class Cgroup(ReadOnlyMemory<byte> pathUtf8, Container? container)
{
    /// <summary>Its path below the hierarchy; empty when it was gone before anyone asked.</summary>
    public ReadOnlyMemory<byte> PathUtf8 => pathUtf8;

    /// <summary>The container whose cgroup it is, or is within.</summary>
    public Container? Container => container;

    /// <summary>When it was last known to be there, in ticks of the clock of time.</summary>
    internal long Seen { get; set; }

    internal bool IsEnded { get; set; }

    /// <summary>A cgroup by its path below the hierarchy alone.</summary>
    /// <param name="path">All of it, or as much as is known.</param>
    public static Cgroup Of(string path) => new(
        Encoding.UTF8.GetBytes(path),
        ContainerPath.TryParse(path, out ContainerPath? parsed) ? new Container(parsed) : null);
}
