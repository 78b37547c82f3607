namespace Huatuo.Kernel.Tests.Harness;

/// <summary>Threads that enter a network namespace leave the others where they are.</summary>
public sealed class PinnedThreadKernelTests
{
    private const int Rounds = 200;

    [Fact, Trait("kernels", "one")]
    public async Task No_thread_of_the_pool_is_left_in_a_namespace()
    {
        await using TestNetwork network = await TestNetwork.CreateAsync();
        string entered = network.Left.Inum;
        for (int i = 0; i < Rounds; i++)
        {
            // With all threads of the pool taken, what comes next needs a new one.
            using var free = new ManualResetEventSlim();
            Task[] takers = [.. Enumerable.Range(0, Environment.ProcessorCount - 1).Select(_ => Task.Run(free.Wait))];
            await network.Left.RunAsync(() => { }, cpu: 0);
            Assert.DoesNotContain(Directory.GetDirectories("/proc/self/task"), task => NamespaceOf(task) == entered);
            free.Set();
            await Task.WhenAll(takers);
        }
    }

    // Null when the thread has ended, or is the one that entered it, which may still be about to end.
    private static string? NamespaceOf(string task)
    {
        try
        {
            return File.ReadAllText($"{task}/comm") == "provoker\n" ? null : new FileInfo($"{task}/ns/net").LinkTarget?.Replace("net:[", "", StringComparison.Ordinal).TrimEnd(']');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
