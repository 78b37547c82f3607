namespace Huatuo.Flow.Containers;

/// <summary>Hears of containers, some 100 ms after the fact; one that came and went between two looks is not told of at all.</summary>
public interface IContainerObserver
{
    /// <summary>A container is there. Its first process may not be known yet.</summary>
    void Appeared(Container container);

    /// <summary>It ended; told once for each that had appeared.</summary>
    void Ended(Container container);
}
