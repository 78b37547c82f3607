using System.Diagnostics;
using Huatuo.EndToEnd.Tests.Machine;
using Huatuo.EndToEnd.Tests.Product;

namespace Huatuo.Runtimes.EndToEnd.Tests;

/// <summary>A Podman whose storage, state and settings are in a folder of the test's own, and its service on a socket there.</summary>
internal sealed class Podman : IAsyncDisposable
{
    private const string Program = "/usr/bin/podman";
    private readonly string _folder = Directory.CreateTempSubdirectory("huatuo-podman-").FullName;
    private readonly Process _service;

    private readonly string[] _prefix;

    private Podman(string[] prefix)
    {
        _prefix = prefix;
        // What is not told here would be taken from, and left in, the machine's own folders.
        File.WriteAllText(Path.Combine(_folder, "containers.conf"), $"""
            [engine]
            lock_type = "file"
            events_logger = "none"
            tmp_dir = "{_folder}/tmp"
            [network]
            network_backend = "netavark"
            network_config_dir = "{_folder}/networks"
            """);
        File.WriteAllText(Path.Combine(_folder, "storage.conf"), $"""
            [storage]
            driver = "vfs"
            graphroot = "{_folder}/root"
            runroot = "{_folder}/run"
            """);
        string image = Path.Combine(_folder, "image.tar");
        PodImage.Write(image);
        Run("load", "--quiet", "--input", image);
        _service = Process.Start(Words("system", "service", "--time", "0", "unix://" + Socket))!;
    }

    internal string Socket => Path.Combine(_folder, "p.sock");

    /// <summary>Where the containers' cgroups are, below the mount points.</summary>
    internal string CgroupParent { get; } = $"/huatuo-test-{Guid.NewGuid():N}";

    /// <summary>Skips the test where Podman is not there.</summary>
    internal static void Require() => Assert.SkipUnless(
        File.Exists(Program) && File.Exists("/usr/sbin/runc") && File.Exists("/bin/busybox"), "this machine lacks podman, runc or busybox (Debian: podman, runc, busybox-static)");

    /// <summary>Starts it with the image; awaits that its service listens.</summary>
    /// <param name="prefix">What stands before each of its commands.</param>
    internal static async Task<Podman> StartAsync(params string[] prefix)
    {
        var podman = new Podman(prefix);
        await Eventually.HoldsAsync("Podman's service listens", () => File.Exists(podman.Socket) || podman._service.HasExited);
        Assert.False(podman._service.HasExited);
        return podman;
    }

    /// <summary>Runs a container that sleeps, with a network namespace of its own.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="hostname">The name of its machine.</param>
    /// <param name="memory">Its limit.</param>
    /// <param name="network">Its network; without one there is loopback alone.</param>
    /// <returns>Its id.</returns>
    internal string RunContainer(string name, string hostname, string memory, string network = "none") => Run(
        "run", "--detach", "--name", name, "--hostname", hostname, "--memory", memory, "--network", network, "--cgroup-parent", CgroupParent,
        // Raising a limit takes CAP_SYS_RESOURCE, which not every machine gives.
        "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024", PodImage.Name, "/bin/busybox", "sleep", "600").Trim();

    /// <summary>Makes the image of the agent, as a user does.</summary>
    internal void BuildImage(string name) => Command.Run(["env", .. Environment(), Repository.File("deploy/container/build"), name]);

    /// <summary>Runs the agent's image as deploy/kubernetes/huatuo.yaml has it run.</summary>
    /// <param name="image">Its name.</param>
    /// <param name="folder">Holds the folders <c>etc</c> and <c>data</c> of the agent.</param>
    /// <param name="arguments">What comes after <c>huatuo</c>.</param>
    internal void RunAgent(string image, string folder, params string[] arguments) => Run([
        "run", "--detach", "--name", "huatuo", "--privileged", "--pid", "host", "--network", "host", "--read-only", "--cgroup-parent", CgroupParent,
        "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024", "--tmpfs", "/run/huatuo", "--tmpfs", "/tmp",
        "--volume", "/sys:/sys:rslave", "--volume", "/sys/fs/cgroup:/sys/fs/cgroup:rslave",
        "--volume", folder + "/etc:/etc/huatuo:ro", "--volume", folder + "/data:/var/lib/huatuo", image, .. arguments]);

    /// <summary>Runs a program of busybox in a container to its end.</summary>
    /// <returns>The exit code.</returns>
    internal int Execute(string name, params string[] program) => Command.Try([.. _prefix, "env", .. Environment(), Program, .. Roots(), "exec", name, "/bin/busybox", .. program]).ExitCode;

    /// <summary>What Podman knows of a container.</summary>
    /// <param name="name">Which.</param>
    /// <param name="format">A template of Go.</param>
    internal string Inspect(string name, string format) => Run("inspect", "--format", format, name).Trim();

    internal void Remove(string name) => Run("rm", "--force", "--time", "0", name);

    public async ValueTask DisposeAsync()
    {
        Run("rm", "--force", "--time", "0", "--all");
        _service.Kill();
        await _service.WaitForExitAsync();
        _service.Dispose();
        await Cgroups.RemoveAsync(CgroupParent);
        Directory.Delete(_folder, recursive: true);
    }

    private string Run(params string[] words)
    {
        ProcessStartInfo start = Words(words);
        start.RedirectStandardOutput = true;
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"podman {string.Join(' ', words)}: {process.ExitCode}: {output}");
        return output;
    }

    private ProcessStartInfo Words(params string[] words)
    {
        string[] all = [.. _prefix, "env", .. Environment(), Program, .. Roots(), .. words];
        return new(all[0], all[1..]);
    }

    private string[] Environment() => [$"CONTAINERS_CONF={_folder}/containers.conf", $"CONTAINERS_STORAGE_CONF={_folder}/storage.conf", $"HOME={_folder}"];

    private string[] Roots() =>
    [
        "--root", _folder + "/root", "--runroot", _folder + "/run", "--tmpdir", _folder + "/tmp", "--network-config-dir", _folder + "/networks",
        "--storage-driver", "vfs", "--runtime", "/usr/sbin/runc", "--cgroup-manager", "cgroupfs",
    ];
}
