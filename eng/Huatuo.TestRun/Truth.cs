using System.Globalization;

namespace Huatuo.TestRun;

/// <summary>What the kernel tests provoked of each tracer on each kernel, and what of it was told.</summary>
internal sealed class Truth(TestedKernels kernels, IEnumerable<ProgramResult> results)
{
    /// <summary>
    /// The table as it is committed, for the kernels on which everything passed: tracer (and kind), family, where, provoked, seen,
    /// times of silence, events that were told then.
    /// </summary>
    public string ToText()
    {
        var rows =
            from result in results
            where result.Project == TestProject.Kernel
            let kernel = kernels.Outcomes.First(outcome => outcome.Environment == result.Environment)
            where kernel.Good
            from sum in result.Tests.SelectMany(test => test.Observed).GroupBy(seen => seen.Tracer).Select(Observation.Sum)
            orderby sum.Tracer, Version.Parse(kernel.Family), kernel.IsHost
            select string.Create(CultureInfo.InvariantCulture,
                $"{sum.Tracer}\t{kernel.Family}\t{kernel.Where}\t{sum.Provoked}\t{sum.Seen}\t{sum.Silences}\t{sum.False}\n");
        return "# Events that were provoked on each kernel, and told; times at which none was to be, and told then. `make test-vm` writes it anew.\n"
            + string.Concat(rows);
    }
}
