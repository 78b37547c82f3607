using System.Diagnostics;

namespace Huatuo.Vm;

/// <summary>Shows the host's file system to the guest, through a read-only mount in a mount namespace of its own.</summary>
internal sealed class HostFiles : IDisposable
{
    private readonly Process daemon;

    private HostFiles(Process daemon) => this.daemon = daemon;

    /// <summary>Starts the daemon; QEMU may connect to <paramref name="socket"/> when this is done.</summary>
    /// <exception cref="VmException">There is no such daemon, or it does not start.</exception>
    public static async Task<HostFiles> StartAsync(string socket, string mount, CancellationToken stop)
    {
        string program = Installed.Virtiofsd ?? throw new VmException(Installed.Advice("virtiofsd"));
        Directory.CreateDirectory(mount);
        // It says that QEMU has gone, as it should; its words are wanted only when it does not start.
        const string Script = """mount --bind / "$1" && mount -o remount,bind,ro "$1" && exec "$2" "--socket-path=$3" -o "source=$1" -o sandbox=chroot -o cache=always -o log_level=err -f 2>"$1.log" """;
        var start = new ProcessStartInfo("unshare", ["--mount", "--propagation", "private", "sh", "-c", Script, "sh", mount, program, socket])
        {
            RedirectStandardInput = true,
        };
        var files = new HostFiles(Process.Start(start)!);
        try
        {
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
            while (!File.Exists(socket))
            {
                if (files.daemon.HasExited)
                    throw new VmException($"{program} ended with exit code {files.daemon.ExitCode}; it needs root: {File.ReadAllText(mount + ".log").Trim()}");
                await tick.WaitForNextTickAsync(stop);
            }

            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (!daemon.HasExited)
        {
            daemon.Kill(entireProcessTree: true);
            daemon.WaitForExit();
        }

        daemon.Dispose();
    }
}
