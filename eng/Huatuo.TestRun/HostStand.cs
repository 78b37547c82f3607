namespace Huatuo.TestRun;

/// <summary>This machine.</summary>
internal sealed class HostStand : IStand
{
    public const string Name = "host";

    public string Environment => Name;

    public string Program(TestProject project) => project.Program;

    public IReadOnlyList<string> Command(TestProject project, string xml, TimeSpan limit) =>
        [project.Program, "-xml", xml, "-noColor", "-noLogo"];
}
