namespace Huatuo.TestRun;

/// <summary>Where test programs run.</summary>
internal interface IStand
{
    /// <summary>As results name it: <see cref="HostStand.Name"/>, or the family of a kernel.</summary>
    string Environment { get; }

    /// <summary>The program of a project that runs there.</summary>
    string Program(TestProject project);

    /// <summary>The command that runs a test program there and leaves its result file here.</summary>
    /// <param name="project">The program.</param>
    /// <param name="xml">The full path of the result file.</param>
    /// <param name="limit">How long it may run.</param>
    IReadOnlyList<string> Command(TestProject project, string xml, TimeSpan limit);
}
