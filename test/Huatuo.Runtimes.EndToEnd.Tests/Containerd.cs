using System.Diagnostics;
using Google.Protobuf;
using Huatuo.EndToEnd.Tests.Machine;
using Huatuo.Runtimes.Cri;
using Huatuo.Runtimes.EndToEnd.Tests.Pods;

namespace Huatuo.Runtimes.EndToEnd.Tests;

/// <summary>A containerd of the test's own, in a folder of its own, and pods that are run through its CRI.</summary>
internal sealed class Containerd : IAsyncDisposable
{
    private const string Daemon = "/usr/bin/containerd", Service = "/runtime.v1.RuntimeService/", Run = "/run/containerd", Networks = "/var/lib/cni";
    private readonly string _folder = Directory.CreateTempSubdirectory("huatuo-cd-").FullName;
    private readonly List<string> _pods = [];
    private readonly bool _hadRun = Directory.Exists(Run), _hadNetworks = Directory.Exists(Networks);
    private Process _daemon;

    private Containerd()
    {
        File.WriteAllText(Path.Combine(_folder, "config.toml"), $"""
            version = 2
            root = "{_folder}/root"
            state = "{_folder}/state"
            [grpc]
              address = "{Socket}"
            [plugins."io.containerd.internal.v1.opt"]
              path = "{_folder}/opt"
            [plugins."io.containerd.grpc.v1.cri"]
              sandbox_image = "{PodImage.Name}"
              restrict_oom_score_adj = true
              netns_mounts_under_state_dir = true
            [plugins."io.containerd.grpc.v1.cri".cni]
              bin_dir = "{_folder}/cni"
              conf_dir = "{_folder}/cni"
            [plugins."io.containerd.grpc.v1.cri".containerd]
              snapshotter = "native"
            """);
        LoopbackNetwork.Write(Path.Combine(_folder, "cni"));
        _daemon = StartDaemon();
    }

    internal string Socket => Path.Combine(_folder, "c.sock");

    /// <summary>Where the pods' cgroups are, below the mount points.</summary>
    internal string CgroupParent { get; } = $"/huatuo-test-{Guid.NewGuid():N}";

    /// <summary>Skips the test where containerd is not there.</summary>
    internal static void Require() => Assert.SkipUnless(
        File.Exists(Daemon) && File.Exists("/usr/sbin/runc") && File.Exists("/bin/busybox"), "this machine lacks containerd, runc or busybox (Debian: containerd, runc, busybox-static)");

    /// <summary>Starts it with the image; awaits that it serves.</summary>
    internal static async Task<Containerd> StartAsync()
    {
        var containerd = new Containerd();
        await containerd.ServesAsync();
        string image = Path.Combine(containerd._folder, "image.tar");
        PodImage.Write(image);
        Command.Run("ctr", "-a", containerd.Socket, "-n", "k8s.io", "images", "import", "--snapshotter", "native", image);
        return containerd;
    }

    /// <summary>Ends the daemon as a crash does, and removes its socket; containers run on.</summary>
    internal async Task KillAsync()
    {
        _daemon.Kill();
        await _daemon.WaitForExitAsync();
        File.Delete(Socket);
    }

    internal async Task RestartAsync()
    {
        _daemon.Dispose();
        _daemon = StartDaemon();
        await ServesAsync();
    }

    /// <summary>Runs a pod with one container.</summary>
    /// <returns>The ids of the sandbox and of the container.</returns>
    internal async Task<(string Sandbox, string Container)> RunPodAsync(string name, string @namespace, string uid, string container, PodShape? shape = null)
    {
        shape ??= new PodShape();
        var namespaces = new NamespaceOption { Network = NamespaceMode.Pod, Pid = NamespaceMode.Container };
        var config = new PodSandboxConfig
        {
            Metadata = new PodMetadata { Name = name, Namespace = @namespace, Uid = uid },
            Hostname = name,
            LogDirectory = Path.Combine(_folder, "logs"),
            Labels = { ["app"] = "web" },
            Linux = new LinuxPodSandboxConfig
            {
                CgroupParent = $"{CgroupParent}/kubepods/burstable/pod{uid}",
                SecurityContext = new LinuxSandboxSecurityContext { NamespaceOptions = namespaces },
            },
        };
        Directory.CreateDirectory(config.LogDirectory);
        string sandbox = (await CallAsync("RunPodSandbox", new RunPodSandboxRequest { Config = config }, RunPodSandboxResponse.Parser)).PodSandboxId;
        _pods.Add(sandbox);
        var request = new CreateContainerRequest
        {
            PodSandboxId = sandbox,
            SandboxConfig = config,
            Config = new ContainerConfig
            {
                Metadata = new Metadata { Name = container },
                Image = new Image { Image_ = PodImage.Name },
                Command = { "/bin/busybox", shape.Program },
                LogPath = "c.log",
                Linux = new LinuxContainerConfig
                {
                    Resources = new LinuxContainerResources { MemoryLimitInBytes = shape.MemoryBytes },
                    SecurityContext = new LinuxContainerSecurityContext { NamespaceOptions = namespaces },
                },
            },
        };
        string id = (await CallAsync("CreateContainer", request, CreateContainerResponse.Parser)).ContainerId;
        await CallAsync("StartContainer", new StartContainerRequest { ContainerId = id }, Nothing.Parser);
        return (sandbox, id);
    }

    /// <summary>Runs a program of busybox in a container to its end.</summary>
    /// <returns>The exit code.</returns>
    internal async Task<int> ExecuteAsync(string container, params string[] program) =>
        (await CallAsync("ExecSync", new ExecSyncRequest { ContainerId = container, Cmd = { "/bin/busybox", program } }, ExecSyncResponse.Parser)).ExitCode;

    internal async Task RemovePodAsync(string sandbox)
    {
        await CallAsync("StopPodSandbox", new PodRequest { PodSandboxId = sandbox }, Nothing.Parser);
        await CallAsync("RemovePodSandbox", new PodRequest { PodSandboxId = sandbox }, Nothing.Parser);
        _pods.Remove(sandbox);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (string pod in _pods.ToArray())
            await RemovePodAsync(pod);
        _daemon.Kill();
        await _daemon.WaitForExitAsync();
        _daemon.Dispose();
        await Cgroups.RemoveAsync(CgroupParent);
        Directory.Delete(_folder, recursive: true);
        // Shims keep their sockets there, wherever the daemon has its own.
        if (!_hadRun && Directory.Exists(Run))
            Directory.Delete(Run, recursive: true);
        if (!_hadNetworks && Directory.Exists(Networks))
            Directory.Delete(Networks, recursive: true);
    }

    private Process StartDaemon()
    {
        Process daemon = Process.Start(new ProcessStartInfo(Daemon, ["--config", Path.Combine(_folder, "config.toml"), "--log-level", "fatal"]) { RedirectStandardError = true })!;
        // What its shims say is read, so that none of them waits, and not kept.
        daemon.BeginErrorReadLine();
        return daemon;
    }

    private async Task<TAnswer> CallAsync<TAnswer>(string method, IMessage request, MessageParser<TAnswer> parser)
        where TAnswer : IMessage<TAnswer>
    {
        using var guard = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var grpc = new UnaryGrpc(UnixHttp.Connect(Socket));
        return await grpc.CallAsync(Service + method, request, parser, guard.Token);
    }

    private async Task ServesAsync()
    {
        using var guard = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            try
            {
                using var runtime = new CriRuntime("containerd", Socket, new LabelChoice([]));
                await runtime.ListAsync(guard.Token);
                return;
            }
            catch (RuntimeException) when (!_daemon.HasExited)
            {
                await Task.Delay(50, guard.Token);
            }
        }
    }
}
