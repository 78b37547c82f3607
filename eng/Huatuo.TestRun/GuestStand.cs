using System.Globalization;

namespace Huatuo.TestRun;

/// <summary>A virtual machine with a kernel of its own, booted for one program.</summary>
/// <param name="machine">The program Huatuo.Vm.</param>
/// <param name="kernel">The kernel.</param>
/// <param name="all">All tests, those too of what is built upon the tracers.</param>
internal sealed class GuestStand(string machine, TestKernel kernel, bool all) : IStand
{
    // Profilers and auto-tracers: half of the time that an emulated CPU takes.
    private const string WithoutProfiles = $"-trait- {HostStand.AllKernels} -namespace- 'Huatuo.Profiling.*' -namespace- 'Huatuo.AutoTracing.*' ";

    // The trait of tests that take an emulated CPU long, and tell nothing of a kernel that others do not.
    private const string OneKernel = "kernels=one";

    private const string DiskMiB = "512";
    private const string MemoryMiB = "1280";

    // So that the machine ends by itself, and says so, before the program's own limit.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    public string Environment => kernel.Family;

    public string Program(TestProject project) => project.Precompiled;

    /// <remarks>What the guest writes to its standard output becomes the result file; the words of the program go to the other.</remarks>
    public IReadOnlyList<string> Command(TestProject project, string xml, TimeSpan limit)
    {
        // Page cache is reclaimed only from a file system with a disk below it. An emulated CPU has no time to measure code for later.
        string inside = $"""
            mkfs.ext4 -q /dev/vda && mkdir /run/disk && mount /dev/vda /run/disk || exit 3
            TMPDIR=/run/disk DOTNET_TieredPGO=0 '{project.Precompiled}' -xml /run/result.xml -trait- {OneKernel} {(all ? "" : WithoutProfiles)}-noColor -noLogo >&2
            result=$?
            cat /run/result.xml
            exit $result
            """;
        string seconds = ((int)(limit - Margin).TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return
        [
            "sh", "-c", """result=$1 && shift && exec "$@" >"$result" """, "sh", xml,
            machine, "run", "--timeout", seconds, "--disk", DiskMiB, "--memory", MemoryMiB, "--aer", "--card", .. kernel.Hybrid ? ["--hybrid"] : Array.Empty<string>(), kernel.Family, inside,
        ];
    }
}
