using System.Globalization;

namespace Huatuo.Bench;

/// <summary>One run of benchmarks: where things are, how long to measure, and when to stop.</summary>
/// <param name="quick">Short settings, to see that everything works; the figures are not kept beside the good ones.</param>
/// <param name="stop">Ends the run, with everything cleaned up.</param>
internal sealed class BenchRun(bool quick, CancellationToken stop)
{
    private readonly string _root = FindRoot();

    internal bool Quick => quick;

    internal CancellationToken Stop => stop;

    /// <summary>The program that users run.</summary>
    internal string Program => Path.Combine(_root, "bin/huatuo");

    /// <summary>The same as native code; it need not be there.</summary>
    internal string NativeProgram => Path.Combine(_root, "bin/aot/huatuo");

    /// <summary>The sources of the C programs to compare with.</summary>
    internal string NativeSources => Path.Combine(_root, "bench/c");

    /// <summary>What is built and written while measuring.</summary>
    internal string Scratch => Path.Combine(_root, "artifacts/bench");

    /// <summary>Where the tables go.</summary>
    internal string Results => quick ? Path.Combine(Scratch, "quick") : Path.Combine(_root, "bench/results");

    /// <summary>Makes the folders, and checks what every benchmark needs.</summary>
    /// <exception cref="BenchException">Something is missing.</exception>
    internal void Prepare()
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        if (!Environment.IsPrivilegedProcess)
            throw new BenchException("the benchmarks load BPF programs and make network namespaces: run them as root");
        if (Environment.ProcessorCount < 2)
            throw new BenchException("the benchmarks keep load and consumer apart: they need two CPUs");
        if (!File.Exists(Program))
            throw new BenchException("bin/huatuo is missing: run make build");
        Directory.CreateDirectory(Scratch);
        Directory.CreateDirectory(Results);
    }

    /// <summary>A time or count for good figures, or a short one.</summary>
    internal T Choose<T>(T full, T brief) => quick ? brief : full;

    /// <summary>Says what is being done.</summary>
    internal static void Say(string text) => Console.Error.WriteLine(text);

    private static string FindRoot()
    {
        string? folder = Environment.CurrentDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Huatuo.slnx")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new BenchException("run this inside the repository");
    }
}
