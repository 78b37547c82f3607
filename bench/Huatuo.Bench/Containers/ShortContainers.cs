using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Huatuo.Bench.Site;
using Huatuo.Linux.Cgroups;

namespace Huatuo.Bench.Containers;

/// <summary>Cgroups named as containers are, each with a process that opens one file that is not there, removed when it has ended.</summary>
internal sealed class ShortContainers : IAsyncDisposable
{
    /// <summary>Where the files are, each called by its container's id.</summary>
    internal const string Folder = "/huatuo-bench/";

    private static readonly TimeSpan s_life = TimeSpan.FromMilliseconds(10);
    private readonly string _root = string.Create(CultureInfo.InvariantCulture, $"{CgroupMounts.Load().IdentityPath}/huatuo-bench-{Environment.ProcessId}-{Guid.NewGuid():N}");
    private readonly Process _spawner;
    private readonly ConcurrentQueue<string> _done = new();
    private readonly Task _reading;
    private readonly Dictionary<string, long> _there = [];
    private int _next;

    internal ShortContainers()
    {
        Directory.CreateDirectory(_root);
        // Each line is a container: a child moves into its cgroup, opens its file and ends.
        _spawner = Command.Start("bash", "-c", $"while read id; do ( echo 0 > '{_root}'/$id/cgroup.procs; : < {Folder}$id; echo $id ) 2>/dev/null & done; wait");
        _reading = Task.Run(async () =>
        {
            while (await _spawner.StandardOutput.ReadLineAsync() is { } id)
                _done.Enqueue(id);
        });
    }

    /// <summary>Makes so many at an even pace.</summary>
    /// <param name="count">How many.</param>
    /// <param name="perSecond">How many a second.</param>
    /// <param name="made">Told of each, and when its making began.</param>
    /// <param name="stop">Ends it early.</param>
    /// <returns>How many a second it became.</returns>
    internal async Task<double> RunAsync(int count, int perSecond, Action<string, DateTimeOffset> made, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            string id = (++_next).ToString("x64", CultureInfo.InvariantCulture);
            made(id, TimeProvider.System.GetUtcNow());
            Directory.CreateDirectory($"{_root}/{id}");
            _there.Add(id, Stopwatch.GetTimestamp());
            await _spawner.StandardInput.WriteLineAsync(id);
            await _spawner.StandardInput.FlushAsync(stop);
            RemoveEnded();
            TimeSpan ahead = TimeSpan.FromSeconds((i + 1.0) / perSecond) - Stopwatch.GetElapsedTime(start);
            if (ahead > TimeSpan.Zero)
                await Task.Delay(ahead, stop);
        }
        double rate = count / Stopwatch.GetElapsedTime(start).TotalSeconds;
        while (_there.Count > 0)
        {
            await Task.Delay(5, stop);
            RemoveEnded();
        }
        return rate;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_spawner.HasExited)
            _spawner.Kill(entireProcessTree: true);
        await _spawner.WaitForExitAsync();
        await _reading;
        _spawner.Dispose();
        foreach (string left in Directory.GetDirectories(_root))
            Directory.Delete(left);
        Directory.Delete(_root);
    }

    private void RemoveEnded()
    {
        while (_done.TryPeek(out string? oldest) && Stopwatch.GetElapsedTime(_there[oldest]) >= s_life)
        {
            try
            {
                Directory.Delete($"{_root}/{oldest}");
            }
            catch (IOException)
            {
                // Its process is still on its way out.
                return;
            }
            _there.Remove(oldest);
            _done.TryDequeue(out _);
        }
    }
}
