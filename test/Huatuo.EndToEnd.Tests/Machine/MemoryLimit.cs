using System.Diagnostics;

namespace Huatuo.EndToEnd.Tests.Machine;

/// <summary>A cgroup with a limit of memory, of version 1 or 2, whichever has the controller here.</summary>
internal sealed class MemoryLimit : IDisposable
{
    private const string Root = "/sys/fs/cgroup";

    /// <param name="bytes">The limit.</param>
    /// <param name="name">What it is called; anything when null.</param>
    public MemoryLimit(string bytes, string? name = null)
    {
        bool isFirst = Directory.Exists($"{Root}/memory");
        Path = $"{Root}{(isFirst ? "/memory" : "")}/{name ?? $"huatuo-test-{Guid.NewGuid():N}"}";
        Directory.CreateDirectory(Path);
        File.WriteAllText($"{Path}/{(isFirst ? "memory.limit_in_bytes" : "memory.max")}", bytes);
    }

    /// <summary>Its folder.</summary>
    public string Path { get; }

    /// <summary>Runs a shell script within it to its end.</summary>
    public async Task RunAsync(string script)
    {
        using Process process = Process.Start("bash", ["-c", $"echo $$ > '{Path}/cgroup.procs' && {script}"]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    public void Dispose() => Directory.Delete(Path);
}
