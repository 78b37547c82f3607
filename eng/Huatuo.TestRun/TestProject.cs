using System.Runtime.InteropServices;

namespace Huatuo.TestRun;

/// <summary>A test project and the program that it builds.</summary>
/// <param name="Name">The name of the project.</param>
/// <param name="Program">The full path of the program.</param>
internal sealed record TestProject(string Name, string Program)
{
    /// <summary>The project whose tests run on every kernel.</summary>
    public const string Kernel = "Huatuo.Kernel.Tests";

    /// <summary>The same program compiled ahead of time, where a JIT is slow.</summary>
    public string Precompiled { get; private init; } = Program;

    /// <summary>Whether it changes the machine (sysctls, cgroups, the kernel's own state), so that nothing may run beside it.</summary>
    public bool Alone { get; } = Name.Contains("Kernel", StringComparison.Ordinal) || Name.Contains("EndToEnd", StringComparison.Ordinal);

    /// <summary>How long the program may run.</summary>
    public TimeSpan TimeLimit => Alone ? TimeSpan.FromMinutes(45) : TimeSpan.FromMinutes(15);

    // As .NET names it: linux-x64.
    private static string Platform { get; } = "linux-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    /// <summary>Finds <c>test/*/*.csproj</c> below <paramref name="root"/>, in the order of their names.</summary>
    public static IReadOnlyList<TestProject> Find(string root, string framework, string configuration)
    {
        string tests = Path.Combine(root, "test");
        return
        [
            .. from folder in Directory.Exists(tests) ? Directory.GetDirectories(tests) : []
               from project in Directory.GetFiles(folder, "*.csproj")
               let name = Path.GetFileNameWithoutExtension(project)
               orderby name
               select new TestProject(name, Path.Combine(root, "artifacts", framework, "bin", name, configuration, name))
               {
                   Precompiled = Path.Combine(root, "artifacts", framework, "publish", name, $"{configuration}_{Platform}", name),
               },
        ];
    }
}
