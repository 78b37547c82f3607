using System.Diagnostics;
using System.Text;

namespace Huatuo.Vm;

/// <summary>Runs a program of this machine to its end.</summary>
internal static class Tool
{
    /// <summary>What it writes to its standard output.</summary>
    /// <exception cref="VmException">It failed.</exception>
    public static async Task<byte[]> BytesAsync(string program, string[] arguments, CancellationToken stop)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        using var process = Process.Start(start)!;
        try
        {
            process.StandardInput.Close();
            using var output = new MemoryStream();
            var error = process.StandardError.ReadToEndAsync(stop);
            await process.StandardOutput.BaseStream.CopyToAsync(output, stop);
            await process.WaitForExitAsync(stop);
            return process.ExitCode == 0 ? output.ToArray() : throw new VmException($"{program} failed with exit code {process.ExitCode}: {(await error).Trim()}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <inheritdoc cref="BytesAsync"/>
    public static async Task<string> TextAsync(string program, string[] arguments, CancellationToken stop) =>
        Encoding.UTF8.GetString(await BytesAsync(program, arguments, stop));
}
