using Huatuo.Flow.Containers;

namespace Huatuo.Runtimes.Tests.Servers;

/// <summary>Asking within a generous guard.</summary>
internal static class Asking
{
    private static readonly TimeSpan s_guard = TimeSpan.FromSeconds(60);

    internal static async Task<IReadOnlyDictionary<string, ContainerNames>> AskAsync(this IRuntime runtime)
    {
        using var guard = new CancellationTokenSource(s_guard);
        using (runtime)
            return await runtime.ListAsync(guard.Token);
    }

    /// <summary>What it says is wrong.</summary>
    internal static async Task<string> RefusalAsync(this IRuntime runtime) =>
        (await Assert.ThrowsAsync<RuntimeException>(runtime.AskAsync)).Message;
}
