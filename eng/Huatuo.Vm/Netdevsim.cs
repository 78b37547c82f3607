using System.ComponentModel;
using System.Text.RegularExpressions;

namespace Huatuo.Vm;

/// <summary>
/// The module netdevsim, a network card that is none and reports packets as thrown away: no kernel of Debian has it. It is built
/// from Debian's source of the kernel (drivers/net/netdevsim) for the one that this machine's compiler has built.
/// </summary>
internal sealed partial class Netdevsim(Apt apt, KernelCache cache)
{
    private const string Folder = "drivers/net/netdevsim";
    private const string Module = "netdevsim.ko";

    /// <summary>Adds it to the modules of a cached kernel, unless it is there or another compiler would be needed.</summary>
    /// <returns>What to tell of it; empty when there is nothing to tell.</returns>
    public async Task<string> AddAsync(string family, string release, CancellationToken stop)
    {
        string modules = cache.Kernel(family).Modules;
        string place = Path.Combine(modules, "extra", Module);
        string work = Path.Combine(cache.Directory, ".netdevsim");
        if (File.Exists(place))
            return "";
        try
        {
            string headers = await apt.ShowAsync($"linux-headers-{release}", stop);
            string compiler = (await Tool.TextAsync("gcc", ["-dumpversion"], stop)).Trim().Split('.')[0];
            if (Compiler().Match(headers).Groups[1].Value != compiler)
                return "";
            await UnpackAsync(work, family, release, headers, stop);
            string source = Path.Combine(work, $"linux-source-{family}");
            await Tool.TextAsync("make", ["-C", Path.Combine(work, "usr/src", $"linux-headers-{release}"), $"M={source}/{Folder}", "CONFIG_NETDEVSIM=m", "modules"], stop);
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            File.Copy(Path.Combine(source, Folder, Module), place, overwrite: true);
            await Tool.TextAsync("depmod", ["-b", KernelTree.Base(modules), release], stop);
            return " (with netdevsim)";
        }
        catch (Exception e) when (e is VmException or Win32Exception)
        {
            return $" (without netdevsim: {e.Message.Split('\n')[0]})";
        }
        finally
        {
            if (Directory.Exists(work))
                Directory.Delete(work, recursive: true);
        }
    }

    private async Task UnpackAsync(string work, string family, string release, string headers, CancellationToken stop)
    {
        string version = Version().Match(headers).Groups[1].Value;
        await apt.UnpackAsync(
            work, [$"linux-headers-{release}={version}", $"{Headers().Match(headers).Value}={version}", $"linux-kbuild-{family}={version}", $"linux-source-{family}={version}"], stop);
        await Tool.TextAsync("tar", ["-C", work, "-xf", Path.Combine(work, "usr/src", $"linux-source-{family}.tar.xz"), $"linux-source-{family}/{Folder}"], stop);
        // It names the place where it would be installed.
        string makefile = Path.Combine(work, "usr/src", $"linux-headers-{release}", "Makefile");
        await File.WriteAllTextAsync(makefile, (await File.ReadAllTextAsync(makefile, stop)).Replace("/usr/src/", $"{work}/usr/src/", StringComparison.Ordinal), stop);
    }

    [GeneratedRegex(@"linux-compiler-gcc-(\d+)-")]
    private static partial Regex Compiler();

    [GeneratedRegex("linux-headers-[^ ,]+-common(?= )")]
    private static partial Regex Headers();

    [GeneratedRegex("^Version: (.+)$", RegexOptions.Multiline)]
    private static partial Regex Version();
}
