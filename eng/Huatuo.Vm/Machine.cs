using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Huatuo.Vm;

/// <summary>Boots a kernel, runs one command in it and leaves nothing behind.</summary>
internal sealed class Machine(KernelCache cache, TextWriter error)
{
    private const int LogLines = 20;

    /// <returns>The command's exit code, or <see cref="CommandLine.TimedOut"/> or <see cref="CommandLine.NoResult"/>.</returns>
    /// <exception cref="VmException">Something that it needs is missing.</exception>
    public async Task<int> RunAsync(RunOptions options, CancellationToken stop)
    {
        if (Installed.Lacking() is { } lacking)
            throw new VmException(lacking);
        var kernel = cache.Kernel(options.Kernel);
        string scratch = Directory.CreateTempSubdirectory("huatuo-vm-").FullName;
        try
        {
            return await RunAsync(options, kernel, scratch, stop);
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private async Task<int> RunAsync(RunOptions options, KernelTree kernel, string scratch, CancellationToken stop)
    {
        await Initramfs.WriteAsync(Path.Combine(scratch, "initrd"), kernel, options, Directory.GetCurrentDirectory(), stop);
        if (options.DiskMiB > 0)
        {
            await using var disk = File.Create(Path.Combine(scratch, "disk"));
            disk.SetLength((long)options.DiskMiB << 20);
        }

        bool isUnpacked = File.Exists(cache.QemuProgram);
        var line = QemuArguments.Of(options, kernel.Image, scratch, isUnpacked ? cache.Qemu : null);

        using var output = new Outlet(Path.Combine(scratch, QemuArguments.Out));
        using var errors = new Outlet(Path.Combine(scratch, QemuArguments.Err));
        using var exit = new Outlet(Path.Combine(scratch, QemuArguments.Exit));
        using var files = await HostFiles.StartAsync(Path.Combine(scratch, QemuArguments.Files), Path.Combine(scratch, "files"), stop);
        using var ended = new CancellationTokenSource();
        using var code = new MemoryStream();
        using var toOutput = Console.OpenStandardOutput();
        using var toError = Console.OpenStandardError();
        var copies = Task.WhenAll(output.CopyAsync(toOutput, ended.Token), errors.CopyAsync(toError, ended.Token), exit.CopyAsync(code, ended.Token));

        (bool inTime, string said) = await WaitAsync(isUnpacked ? cache.QemuProgram : Installed.Qemu, line, options.Timeout, stop);
        await ended.CancelAsync();
        await copies;

        string log = Path.Combine(scratch, "console");
        if (options.Console is not null && File.Exists(log))
            File.Copy(log, options.Console, overwrite: true);
        if (int.TryParse(Encoding.ASCII.GetString(code.ToArray()), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int result))
            return result;

        await error.WriteLineAsync(inTime ? "the machine ended without an exit code; the end of the kernel's log:" : $"ended after {options.Timeout}; the end of the kernel's log:");
        // Otherwise it warns of nothing that matters.
        await error.WriteAsync(said);
        foreach (string text in File.Exists(log) ? File.ReadLines(log).TakeLast(LogLines) : [])
            await error.WriteLineAsync(text);
        return inTime ? CommandLine.NoResult : CommandLine.TimedOut;
    }

    private static async Task<(bool InTime, string Said)> WaitAsync(string program, IReadOnlyList<string> line, TimeSpan timeout, CancellationToken stop)
    {
        using var qemu = Process.Start(new ProcessStartInfo(program, line)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        // The standard output is the command's alone; some devices write there.
        var said = Task.WhenAll(qemu.StandardOutput.ReadToEndAsync(CancellationToken.None), qemu.StandardError.ReadToEndAsync(CancellationToken.None));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop);
        either.CancelAfter(timeout);
        bool inTime = true;
        try
        {
            await qemu.WaitForExitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            inTime = false;
        }
        finally
        {
            if (!qemu.HasExited)
            {
                qemu.Kill();
                await qemu.WaitForExitAsync(CancellationToken.None);
            }
        }

        return (inTime, string.Concat(await said));
    }
}
