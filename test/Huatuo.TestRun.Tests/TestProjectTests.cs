namespace Huatuo.TestRun.Tests;

public sealed class TestProjectTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("huatuo-testrun-").FullName;

    [Fact]
    public void FindsEveryProjectAndItsProgram()
    {
        Add("Huatuo.Flow.Tests");
        Add("Huatuo.Kernel.Tests");
        Add("Huatuo.EndToEnd.Tests");
        Directory.CreateDirectory(Path.Combine(root, "test", "fixtures"));

        var projects = TestProject.Find(root, "net10.0", "debug");

        Assert.Equal(["Huatuo.EndToEnd.Tests", "Huatuo.Flow.Tests", "Huatuo.Kernel.Tests"], projects.Select(project => project.Name));
        Assert.Equal([true, false, true], projects.Select(project => project.Alone));
        Assert.Equal(Path.Combine(root, "artifacts/net10.0/bin/Huatuo.Flow.Tests/debug/Huatuo.Flow.Tests"), projects[1].Program);
        Assert.Matches("/artifacts/net10.0/publish/Huatuo.Kernel.Tests/debug_linux-[a-z0-9]+/Huatuo.Kernel.Tests$", projects[2].Precompiled);
    }

    [Fact]
    public void NoTestFolderMeansNoProject() => Assert.Empty(TestProject.Find(root, "net10.0", "debug"));

    public void Dispose() => Directory.Delete(root, recursive: true);

    private void Add(string name)
    {
        string folder = Path.Combine(root, "test", name);
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, name + ".csproj"), "<Project/>");
    }
}
