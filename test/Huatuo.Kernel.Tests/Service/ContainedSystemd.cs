using System.Diagnostics;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.Kernel.Tests.Service;

/// <summary>
/// systemd as the first process of PID, mount and cgroup namespaces of its own, with <c>huatuo.service</c> as the repository has it; for
/// a machine that is thrown away: units are written to its /etc, and systemd takes /run.
/// </summary>
internal sealed class ContainedSystemd : IAsyncDisposable
{
    private const string Cgroup = "/sys/fs/cgroup/systemd-of-test";
    private const string Orders = "/run/systemd/private";
    private const string Units = "/etc/systemd/system";

    // All of the machine's own that units of the package would mount, load, make or set.
    private const string Boot = $"""
        cd /lib/systemd/system || exit 1
        for unit in sysinit.target.wants/* local-fs.target.wants/* multi-user.target.wants/* *.automount tmp.mount; do
            case $unit in *journal*) ;; *) ln -sf /dev/null "{Units}/$(basename "$unit")" ;; esac
        done
        mkdir -p {Cgroup} && echo $$ >{Cgroup}/cgroup.procs || exit 1
        exec unshare --pid --fork --kill-child --mount --cgroup --mount-proc sh -c '
            umount -l /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup && exec env container=test /lib/systemd/systemd --system --unit=basic.target --log-target=console --show-status=no' 2>&1
        """;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly Process _systemd;
    private readonly Task<string> _said;

    private ContainedSystemd(Process systemd) => (_systemd, _said) = (systemd, systemd.StandardOutput.ReadToEndAsync());

    /// <summary>Starts it, and waits until it takes orders.</summary>
    /// <param name="dropIn">What the unit has in other words here, as a drop-in of systemd's; empty: nothing.</param>
    internal static async Task<ContainedSystemd> StartAsync(string dropIn)
    {
        string root = Root();
        Directory.CreateDirectory($"{Units}/huatuo.service.d");
        File.Copy(Path.Combine(root, "deploy/systemd/huatuo.service"), $"{Units}/huatuo.service", overwrite: true);
        foreach (string file in Directory.GetFiles(Path.Combine(root, "bin")))
            File.Copy(file, Path.Combine("/usr/local/bin", Path.GetFileName(file)), overwrite: true);
        await File.WriteAllTextAsync($"{Units}/huatuo.service.d/test.conf", dropIn);
        var systemd = new ContainedSystemd(Command.Start("sh", "-c", Boot));
        await systemd.UntilAsync("it takes orders", () => File.Exists(Orders));
        await systemd.UntilAsync("it has started", systemd.HasNoJobs);
        return systemd;
    }

    /// <summary>Gives an order and waits until it is carried out.</summary>
    internal string Control(params string[] order) => Inside("systemctl", order);

    /// <summary>A property of the agent's unit.</summary>
    internal string Of(string property) => Control("show", "huatuo", "--value", "--property=" + property);

    /// <summary>Waits for what systemd tells nobody by itself.</summary>
    internal async Task UntilAsync(string what, Func<bool> condition)
    {
        for (long start = Stopwatch.GetTimestamp(); !condition(); await Task.Delay(100))
        {
            if (_systemd.HasExited)
                Assert.Fail($"{what}: systemd has ended: {await _said}");
            if (Stopwatch.GetElapsedTime(start) > s_patience)
                Assert.Fail($"{what}: not within {s_patience}: {Inside("journalctl", "--no-pager", "--lines=50")}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_systemd.HasExited)
            Control("--force", "exit");
        await _systemd.WaitForExitAsync().WaitAsync(s_patience);
        _systemd.Dispose();
        File.Delete(Orders);
        Directory.Delete($"{Units}/huatuo.service.d", recursive: true);
        foreach (string cgroup in Directory.GetDirectories(Cgroup, "*", SearchOption.AllDirectories).OrderByDescending(path => path.Length).Append(Cgroup))
            Directory.Delete(cgroup);
    }

    // Its socket is there a moment before it listens.
    private bool HasNoJobs()
    {
        try
        {
            return Control("list-jobs") == "No jobs running.";
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    // Of the repository that this program was built in.
    private static string Root()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Huatuo.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("no Huatuo.slnx above the test program");
        return folder;
    }

    // It takes no orders from other PID namespaces.
    private string Inside(string program, params string[] arguments)
    {
        string first = File.ReadAllText($"/proc/{_systemd.Id}/task/{_systemd.Id}/children").Trim();
        return Command.Run("", "nsenter", ["--target", first, "--pid", "--mount", "--cgroup", program, .. arguments]).Trim();
    }
}
