namespace Huatuo.Flow.Containers;

/// <summary>A container's first process.</summary>
/// <param name="Pid">Its process id, as this agent sees it; good for <c>/proc/PID/net/*</c>.</param>
/// <param name="NetnsInode">Inode number of its network namespace; the host's when it has none of its own.</param>
/// <param name="NetnsCookie">The namespace's cookie, never used twice; 0 when not known.</param>
/// <param name="StartedAt">When the process began.</param>
public sealed record ContainerInit(int Pid, uint NetnsInode, ulong NetnsCookie, DateTimeOffset? StartedAt)
{
    /// <summary>How deep its PID namespace lies; 0 for the host's.</summary>
    public int PidLevel { get; init; }
}
