namespace Huatuo.TestRun;

/// <summary>This machine.</summary>
/// <param name="all">Whether those tests run too for which all kernels are booted: this machine only says that it skips them.</param>
internal sealed class HostStand(bool all) : IStand
{
    public const string Name = "host";

    /// <summary>The trait of tests that run on a kernel between the oldest and the newest alone.</summary>
    public const string AllKernels = "kernels=all";

    public string Environment => Name;

    public string Program(TestProject project) => project.Program;

    public IReadOnlyList<string> Command(TestProject project, string xml, TimeSpan limit) =>
        [project.Program, "-xml", xml, .. all ? (string[])[] : ["-trait-", AllKernels], "-noColor", "-noLogo"];
}
