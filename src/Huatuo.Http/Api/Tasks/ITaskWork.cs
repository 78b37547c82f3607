namespace Huatuo.Http.Api.Tasks;

/// <summary>What a task does.</summary>
internal interface ITaskWork
{
    /// <summary>What runs: <see cref="ApiTask.Tracer"/> or <see cref="ApiTask.Profiler"/>.</summary>
    string Kind { get; }

    /// <summary>The tracer's or profiler's name.</summary>
    string Name { get; }

    /// <summary>The most that is kept of what it sees, in bytes.</summary>
    int Bound { get; }

    /// <summary>Does it, until its time is over or it is stopped.</summary>
    /// <param name="task">Told when it has begun, and given what it sees.</param>
    /// <returns>Why it failed; null when it did not.</returns>
    Task<string?> RunAsync(ApiTask task);
}
