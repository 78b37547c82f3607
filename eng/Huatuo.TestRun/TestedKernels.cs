namespace Huatuo.TestRun;

/// <summary>What became of the kernel tests on each kernel.</summary>
internal sealed class TestedKernels
{
    private const int LeastFamilies = 3;

    private readonly List<KernelOutcome> outcomes = [];

    /// <param name="host">The release of this machine's kernel.</param>
    /// <param name="kernels">The kernels that were asked for.</param>
    /// <param name="results">The results of a run; only the project that kernels are booted for counts.</param>
    public TestedKernels(string host, IReadOnlyList<TestKernel> kernels, IEnumerable<ProgramResult> results)
    {
        Kernels = kernels;
        foreach (var result in results.Where(result => result.Project == TestProject.Kernel))
        {
            bool isHost = result.Environment == HostStand.Name;
            var guest = kernels.FirstOrDefault(kernel => !isHost && kernel.Family == result.Environment);
            outcomes.Add(guest is null
                ? KernelOutcome.Of(FamilyOf(host), host, isHost, hybrid: false, result)
                : KernelOutcome.Of(guest.Family, guest.Release, isHost, guest.Hybrid, result));
        }

        outcomes.Sort((x, y) => Version.Parse(x.Family).CompareTo(Version.Parse(y.Family)) is not 0 and var order ? order : x.IsHost.CompareTo(y.IsHost));
    }

    public IReadOnlyList<TestKernel> Kernels { get; }

    public IReadOnlyList<KernelOutcome> Outcomes => outcomes;

    /// <summary>Whether everything passed on enough families for a statement about kernels in general.</summary>
    public bool IsEnough => outcomes.Where(outcome => outcome.Good).Select(outcome => outcome.Family).Distinct().Count() >= LeastFamilies;

    /// <summary>The table of the kernels on which everything passed, as it is committed: family, release, where, what the kernel lacks.</summary>
    public string ToText() =>
        "# Written by `make test-vm`: the kernels on which all tests of the kernel side passed, and what each lacks.\n"
        + string.Concat(outcomes.Where(outcome => outcome.Good).Select(outcome =>
            $"{outcome.Family}\t{outcome.Release}\t{outcome.Where}\t{(outcome.Lacks.Count > 0 ? string.Join("; ", outcome.Lacks.Keys) : "-")}\n"));

    private static string FamilyOf(string release) => string.Join('.', release.Split('.', '-').Take(2));
}
