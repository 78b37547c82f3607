using System.Diagnostics;

namespace Huatuo.EndToEnd.Tests.Product;

/// <summary>Waits for what another process does and tells nobody about.</summary>
internal static class Eventually
{
    /// <summary>A guard against a hang, far beyond what anything here takes.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Asks until the answer is not null.</summary>
    /// <param name="what">What is awaited, for the message.</param>
    /// <param name="probe">Asks once; whatever it provokes is provoked again each time.</param>
    public static async Task<T> GetAsync<T>(string what, Func<Task<T?>> probe)
        where T : class
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < Patience)
        {
            if (await probe() is { } found)
                return found;
            await Task.Delay(Interval, TestContext.Current.CancellationToken);
        }
        throw new TimeoutException($"after {Patience.TotalSeconds:0} s still not: {what}");
    }

    /// <inheritdoc cref="GetAsync{T}(string, Func{Task{T}})"/>
    public static Task<T> GetAsync<T>(string what, Func<T?> probe)
        where T : class => GetAsync(what, () => Task.FromResult(probe()));

    /// <summary>Asks until the answer is yes.</summary>
    public static Task HoldsAsync(string what, Func<Task<bool>> probe) => GetAsync(what, async () => await probe() ? "" : null);

    /// <summary>Asks until the answer is yes.</summary>
    public static Task HoldsAsync(string what, Func<bool> probe) => GetAsync(what, () => probe() ? "" : null);
}
