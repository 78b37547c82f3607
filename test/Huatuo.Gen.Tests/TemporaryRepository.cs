namespace Huatuo.Gen.Tests;

/// <summary>A repository in a temporary folder with the real eng/bpf-cc and two projects.</summary>
public sealed class TemporaryRepository : IDisposable
{
    public const string Source = "src/Huatuo.Tracers/Network/Sample/sample.bpf.c";
    public const string Output = "src/Huatuo.Tracers/Network/Sample/Sample.g.cs";

    public TemporaryRepository()
    {
        Root = Directory.CreateTempSubdirectory("huatuo-gen-").FullName;
        Directory.CreateDirectory(Path.Combine(Root, "eng"));
        File.Copy(Path.Combine(Checkout(), "eng/bpf-cc"), Path.Combine(Root, "eng/bpf-cc"));
        Write("src/Huatuo.Bpf/Huatuo.Bpf.csproj", "");
        Write("src/Huatuo.Bpf/include/shared.h", Fixture("shared.h"));
        Write("src/Huatuo.Tracers/Huatuo.Tracers.csproj", "");
    }

    public string Root { get; }

    /// <summary>A file of this project, as copied beside the test program.</summary>
    public static string Fixture(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", name));

    public static string Golden(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", name));

    /// <summary>Writes a file as new as now, so that what was made from it is out of date.</summary>
    public void Write(string path, string text)
    {
        string file = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    public string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    public bool Exists(string path) => Path.Exists(Path.Combine(Root, path));

    public void Delete(string path) => File.Delete(Path.Combine(Root, path));

    /// <summary>Runs a command on this repository.</summary>
    /// <returns>Exit code, standard output, standard error.</returns>
    public (int Code, string Output, string Error) Run(string command, params string[] options)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        int code = CommandLine.Run([command, Root, .. options], output, error);
        return (code, output.ToString(), error.ToString());
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    /// <summary>The repository that this program was built in.</summary>
    internal static string Checkout()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Huatuo.slnx")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("no Huatuo.slnx above the test program");
    }
}
