namespace Huatuo.Flow.Containers;

/// <summary>How it goes with one source of names.</summary>
public interface INameSourceState
{
    /// <summary>The source: <c>containerd, cri-o, docker, podman, kubelet</c>.</summary>
    string Name { get; }

    /// <summary>Whether the last question was answered.</summary>
    bool IsUp { get; }

    /// <summary>Questions that were answered.</summary>
    long Answers { get; }

    /// <summary>Questions that were not, or with nonsense.</summary>
    long Failures { get; }
}
