using System.Diagnostics;

namespace Huatuo.Gen.Records;

/// <summary>Compiles with eng/bpf-cc what the build has not compiled yet, to where the build puts it.</summary>
/// <param name="root">The repository.</param>
internal sealed class BpfCompiler(string root)
{
    private const string Objects = "artifacts/net10.0/bpf";
    private const string Include = "src/Huatuo.Bpf/include";
    private const string Compiler = "eng/bpf-cc";

    /// <summary>The bytes of an object that is as new as its source and all headers.</summary>
    /// <exception cref="GenerationException">The compiler's errors.</exception>
    public byte[] Compile(BpfSource source)
    {
        string output = Path.Combine(root, Objects, source.ObjectName);
        if (!File.Exists(output) || File.GetLastWriteTimeUtc(output) <= NewestInput(source))
            Run(source, output);
        return File.ReadAllBytes(output);
    }

    private DateTime NewestInput(BpfSource source) => Headers(Include)
        .Concat(Headers(source.Project))
        .Append(Path.Combine(root, source.Path))
        .Append(Path.Combine(root, Compiler))
        .Max(File.GetLastWriteTimeUtc);

    private IEnumerable<string> Headers(string folder)
    {
        string full = Path.Combine(root, folder);
        return Directory.Exists(full) ? Directory.EnumerateFiles(full, "*.h", SearchOption.AllDirectories) : [];
    }

    private void Run(BpfSource source, string output)
    {
        // From the root, with a relative source, so that messages are the same in every checkout.
        var start = new ProcessStartInfo(Path.Combine(root, Compiler), [source.Path, output, Include])
        {
            WorkingDirectory = root,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start) ?? throw new GenerationException([$"{Compiler} did not start"]);
        string messages = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new GenerationException([$"{source.Path}: {Compiler} failed", messages.TrimEnd()]);
    }
}
