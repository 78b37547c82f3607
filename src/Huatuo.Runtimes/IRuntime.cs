using Huatuo.Flow.Containers;

namespace Huatuo.Runtimes;

/// <summary>One program that knows what containers are called.</summary>
public interface IRuntime : IDisposable
{
    /// <summary>The name in <c>huatuo doctor</c>: <c>containerd, cri-o, docker, podman, kubelet</c>.</summary>
    string Name { get; }

    /// <summary>Whose word this is.</summary>
    NameSource Source { get; }

    /// <summary>Why it need not be asked, such as a socket that does not exist; null when it may answer.</summary>
    string? Absent { get; }

    /// <summary>Asks for all containers.</summary>
    /// <param name="stop">Ends the question.</param>
    /// <returns>Names by container id, as far as it knows them.</returns>
    /// <exception cref="RuntimeException">It cannot be asked, or answers nonsense.</exception>
    /// <exception cref="OperationCanceledException">It took too long, or was stopped.</exception>
    Task<IReadOnlyDictionary<string, ContainerNames>> ListAsync(CancellationToken stop);
}
