using System.Diagnostics;

namespace Huatuo.EndToEnd.Tests.Machine;

/// <summary>A cgroup with a limit of memory, of version 1 or 2, whichever has the controller here.</summary>
internal sealed class MemoryLimit : IDisposable
{
    private const string Root = "/sys/fs/cgroup";
    private readonly string _path;

    /// <param name="bytes">The limit.</param>
    public MemoryLimit(string bytes)
    {
        bool isFirst = Directory.Exists($"{Root}/memory");
        _path = $"{Root}{(isFirst ? "/memory" : "")}/huatuo-test-{Guid.NewGuid():N}";
        Directory.CreateDirectory(_path);
        File.WriteAllText($"{_path}/{(isFirst ? "memory.limit_in_bytes" : "memory.max")}", bytes);
    }

    /// <summary>Runs a shell script within it to its end.</summary>
    public async Task RunAsync(string script)
    {
        using Process process = Process.Start("bash", ["-c", $"echo $$ > '{_path}/cgroup.procs' && {script}"]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    public void Dispose() => Directory.Delete(_path);
}
