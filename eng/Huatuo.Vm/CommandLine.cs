using System.ComponentModel;

namespace Huatuo.Vm;

/// <summary>The commands and their exit codes. Of <c>run</c> it is that of the command inside, unless there is none.</summary>
internal static class CommandLine
{
    /// <summary>The time limit of a run was reached.</summary>
    public const int TimedOut = 124;

    /// <summary>The machine did not start, or ended without an exit code.</summary>
    public const int NoResult = 125;

    private const int Interrupted = 130;
    private const int LeastFamilies = 3;

    private const string Usage = """
        Huatuo.Vm fetch [--ends]                      caches QEMU and the kernels of eng/kernels.txt, or only its oldest and newest
        Huatuo.Vm unpack NAME PACKAGE[/forky]...      caches a root folder with packages of Debian 13, or 14, for tests that change to it
        Huatuo.Vm run [OPTION]... KERNEL COMMAND      runs a shell command as root on a kernel, in this directory;
                                                      the files of the host are there, changes to them vanish
          --timeout SECONDS (180)   --memory MIB (1536)   --cpus N (2)   --disk MIB: an empty /dev/vda
          --aer: a PCI Express root port with a network card below it   --card: one more network card, for tests to stop
          --hybrid: controllers of cgroup v1
          --console FILE: the kernel's log
          --append ARGUMENT: one more for the kernel, may be repeated
        """;

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken stop)
    {
        try
        {
            var cache = KernelCache.Of(Environment.GetEnvironmentVariable("XDG_CACHE_HOME"), Environment.GetEnvironmentVariable("HOME"));
            switch (args)
            {
                case ["fetch"] or ["fetch", "--ends"]:
                    var families = KernelFamilies.Parse(await File.ReadAllTextAsync("eng/kernels.txt", stop));
                    string host = Environment.OSVersion.Version.ToString(2);
                    var fetch = new Fetch(cache, output);
                    bool enough = args is [_, _]
                        ? await fetch.RunAsync(KernelFamilies.Ends(families), host, least: 0, whole: false, stop)
                        : await fetch.RunAsync(families, host, LeastFamilies, whole: true, stop);
                    return enough ? 0 : 1;
                case ["unpack", var name, _, ..]:
                    await DebianRoot.MakeAsync(cache, name, args[2..], stop);
                    return 0;
                case ["run", .. var rest]:
                    var options = RunOptions.Parse(rest);
                    return await new Machine(cache, error).RunAsync(options, stop);
                default:
                    await error.WriteLineAsync(Usage);
                    return 2;
            }
        }
        catch (FormatException e)
        {
            await error.WriteLineAsync($"{e.Message}\n{Usage}");
            return 2;
        }
        catch (Exception e) when (e is VmException or IOException or UnauthorizedAccessException or Win32Exception)
        {
            await error.WriteLineAsync(e.Message);
            return NoResult;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Interrupted;
        }
    }
}
