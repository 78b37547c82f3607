using System.Diagnostics;
using System.Globalization;

namespace Huatuo.EndToEnd.Tests.Machine;

/// <summary>A cgroup that is named as Docker names those of its containers, of version 1 or 2, whichever has the controllers here.</summary>
internal sealed class ContainerCgroup : IDisposable
{
    private const string Root = "/sys/fs/cgroup";
    private static readonly string[] s_controllers = ["memory", "cpu", "cpuacct", "blkio"];
    private readonly string _name;
    private Process? _process;

    public ContainerCgroup()
    {
        IsFirst = Directory.Exists($"{Root}/memory");
        Id = Guid.NewGuid().ToString("N") + Guid.NewGuid().ToString("N");
        _name = $"docker-{Id}.scope";
        foreach (string folder in Folders)
            Directory.CreateDirectory(folder);
    }

    /// <summary>Whether the controllers are those of version 1.</summary>
    public bool IsFirst { get; }

    /// <summary>The container's.</summary>
    public string Id { get; }

    private IEnumerable<string> Folders => IsFirst ? s_controllers.Select(name => $"{Root}/{name}/{_name}") : [$"{Root}/{_name}"];

    /// <summary>Skips the test where the controllers are not there.</summary>
    public static void Require()
    {
        string delegated = File.Exists($"{Root}/cgroup.subtree_control") ? File.ReadAllText($"{Root}/cgroup.subtree_control") : "";
        Assert.SkipUnless(
            s_controllers.All(name => Directory.Exists($"{Root}/{name}")) || new[] { "memory", "cpu", "io" }.All(delegated.Split(' ', '\n').Contains),
            "this machine lacks cgroups with the controllers memory, cpu and io below the root");
    }

    /// <summary>The path of one of its files.</summary>
    /// <param name="controller">Of version 1.</param>
    /// <param name="file">Its name.</param>
    public string PathOf(string controller, string file) => IsFirst ? $"{Root}/{controller}/{_name}/{file}" : $"{Root}/{_name}/{file}";

    /// <summary>Runs a script of bash within it, which stops itself at its end and stays.</summary>
    /// <returns>Whether it has stopped.</returns>
    public Func<bool> Start(string script)
    {
        string enter = string.Join(" && ", Folders.Select(folder => $"echo $$ > '{folder}/cgroup.procs'"));
        _process = Process.Start("bash", ["-c", $"{enter} && {script}; kill -STOP $$"]);
        string stat = string.Create(CultureInfo.InvariantCulture, $"/proc/{_process.Id}/stat");
        return () => _process.HasExited ? throw new InvalidOperationException($"the script ended with {_process.ExitCode}") : File.ReadAllText(stat).Split(") ")[^1].StartsWith('T');
    }

    public void Dispose()
    {
        _process?.Kill();
        _process?.WaitForExit();
        _process?.Dispose();
        foreach (string folder in Folders)
            Directory.Delete(folder);
    }
}
