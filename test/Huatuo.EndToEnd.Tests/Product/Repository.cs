namespace Huatuo.EndToEnd.Tests.Product;

/// <summary>Where the published program and the files beside it are.</summary>
internal static class Repository
{
    /// <summary>The full path of <c>bin/huatuo</c>.</summary>
    /// <exception cref="FileNotFoundException">It was not built.</exception>
    public static string Huatuo()
    {
        string program = Path.Combine(Root(), "bin", "huatuo");
        return System.IO.File.Exists(program) ? program : throw new FileNotFoundException($"{program} is not there: run make build first");
    }

    /// <summary>The full path of a file of the repository.</summary>
    public static string File(string path) => Path.Combine(Root(), path);

    private static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "Huatuo.slnx")))
                return folder.FullName;
        throw new DirectoryNotFoundException($"no folder above {AppContext.BaseDirectory} holds Huatuo.slnx");
    }
}
