using System.Diagnostics;
using System.Globalization;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>A program that the test compiles, in C unless another language is asked for, and runs; ended and removed with this.</summary>
internal sealed class CompiledProgram : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("huatuo-profile-").FullName;
    private readonly List<Process> _running = [];

    /// <param name="name">What the processes are called.</param>
    /// <param name="source">It. Frame pointers are kept, nothing is inlined.</param>
    /// <param name="arguments">More for the compiler.</param>
    internal CompiledProgram(string name, string source, params string[] arguments)
    {
        Path = System.IO.Path.Combine(_folder, name);
        File.WriteAllText(Path + ".c", source);
        Command.Run("", "gcc", ["-O0", "-fno-omit-frame-pointer", "-pthread", Path + ".c", "-o", Path, .. arguments]);
    }

    private CompiledProgram(string name, string file, string source, Func<string, string, string[]> compiler)
    {
        Path = System.IO.Path.Combine(_folder, name);
        string text = System.IO.Path.Combine(_folder, file);
        File.WriteAllText(text, source);
        string[] line = compiler(text, Path);
        if (line.Length > 0)
            Command.Run("", line[0], line[1..]);
    }

    internal string Path { get; }

    /// <summary>In C++, with frame pointers.</summary>
    internal static CompiledProgram OfCpp(string name, string source) =>
        new(name, name + ".cc", source, (text, program) => ["g++", "-O0", "-fno-omit-frame-pointer", text, "-o", program]);

    /// <summary>In Go, without its symbol table.</summary>
    internal static CompiledProgram OfGo(string name, string source) => new(name, name + ".go", source, (text, program) =>
        ["env", $"GOCACHE={System.IO.Path.GetDirectoryName(text)}/cache", "GO111MODULE=off", "GOFLAGS=", "go", "build", "-ldflags=-s -w", "-o", program, text]);

    /// <summary>In Java, as a JAR file: the start's prefix is <c>java</c> with options, <c>-jar</c> the last.</summary>
    /// <param name="name">Of the class.</param>
    /// <param name="source">It.</param>
    internal static CompiledProgram OfJava(string name, string source) => new(name, name + ".java", source, (text, program) =>
        ["sh", "-c", """javac "$0" && jar --create --file "$1" --main-class "$2" -C "${0%/*}" "$2.class" """, text, program, name]);

    /// <summary>In a language whose programs are read when they start; the start's prefix says by what.</summary>
    internal static CompiledProgram OfScript(string name, string source) => new(name, name, source, (_, _) => []);

    /// <summary>Starts it, and waits for its first line.</summary>
    /// <param name="prefix">What is to start it, such as <c>taskset -c 0</c>.</param>
    internal async Task<Process> StartAsync(params string[] prefix)
    {
        string[] line = [.. prefix, Path];
        Process process = Command.Start(line[0], line[1..]);
        _running.Add(process);
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)));
        return process;
    }

    /// <summary>Starts it within a cgroup, which ends it.</summary>
    internal async Task<Process> StartAsync(MemoryCgroup cgroup)
    {
        Process process = cgroup.Start($"exec '{Path}'");
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)));
        return process;
    }

    /// <summary>Gives a running one a line, and waits for what it says to it.</summary>
    internal static async Task NextAsync(Process process, string said)
    {
        process.StandardInput.WriteLine();
        Assert.Equal(said, await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(120)));
    }

    /// <summary>Gives a running one a line, and waits for the number that it says to it.</summary>
    internal static async Task<long> FinishAsync(Process process)
    {
        process.StandardInput.WriteLine();
        return long.Parse((await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(120)))!, CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Process process in _running)
        {
            if (!process.HasExited)
                process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
        Directory.Delete(_folder, recursive: true);
    }
}
