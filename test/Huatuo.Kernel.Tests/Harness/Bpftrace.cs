using System.Diagnostics;
using System.Text.Json;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>
/// A script of bpftrace (Debian package bpftrace), in a mount namespace with a debugfs of its own. Its maps are cleared once
/// everything is attached, and read eight seconds later.
/// </summary>
internal sealed class Bpftrace : IDisposable
{
    private const string Begin = "begin", End = "end";
    private const int Attempts = 3;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(40);
    private readonly Process _process;
    private readonly string _script = Path.GetTempFileName();

    private Bpftrace(string script, string[] maps, string[] arguments)
    {
        // What it says at an interval it says in the order of its actions; two seconds are more than it takes to attach.
        File.WriteAllText(_script, $$"""
            {{script}}
            interval:s:2
            {
                @ticks = @ticks + 1;
                if (@ticks == 1) { {{string.Concat(maps.Select(map => $"clear(@{map}); "))}}printf("{{Begin}}\n"); }
                if (@ticks == 5) { {{string.Concat(maps.Select(map => $"print(@{map}); "))}}printf("{{End}}\n"); }
            }
            """);
        _process = Command.Start(
            "unshare", ["--mount", "sh", "-c", "mount -t debugfs debugfs /sys/kernel/debug && exec bpftrace -f json \"$@\"", "sh", _script, .. arguments]);
    }

    /// <summary>Starts it; its maps count from about now on.</summary>
    /// <param name="script">The probes.</param>
    /// <param name="maps">Names of the maps that are read.</param>
    /// <param name="arguments">What <c>$1</c> and so on stand for.</param>
    internal static async Task<Bpftrace> StartAsync(string script, string[] maps, params string[] arguments)
    {
        for (int attempt = 1; ; attempt++)
        {
            var started = new Bpftrace(script, maps, arguments);
            try
            {
                await started.BegunAsync();
                return started;
            }
            catch (TimeoutException) when (attempt < Attempts)
            {
                started.Dispose();
            }
            catch
            {
                started.Dispose();
                throw;
            }
        }
    }

    /// <summary>Waits until it has counted for eight seconds.</summary>
    /// <returns>What its maps hold then, by name without the @.</returns>
    internal async Task<Dictionary<string, JsonElement>> EndAsync()
    {
        Dictionary<string, JsonElement> maps = [];
        while (await ReadLineAsync() is { } line && !IsSaid(line, End))
            if (line.StartsWith('{') && JsonElement.Parse(line) is var message && message.GetProperty("type").GetString() is "hist" or "map")
                foreach (JsonProperty map in message.GetProperty("data").EnumerateObject())
                    maps[map.Name.TrimStart('@')] = map.Value;
        return maps;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
        File.Delete(_script);
    }

    private async Task BegunAsync()
    {
        while (await ReadLineAsync() is { } line)
            if (IsSaid(line, Begin))
                return;
        throw new InvalidOperationException($"bpftrace: {await _process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)}");
    }

    private static bool IsSaid(string line, string word) =>
        line.Contains("\"printf\"", StringComparison.Ordinal) && line.Contains(word, StringComparison.Ordinal);

    private Task<string?> ReadLineAsync() => _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(s_patience);
}
