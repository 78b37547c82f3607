namespace Huatuo.TestRun;

/// <summary>What a run is asked for.</summary>
/// <param name="Kernels">The kernels to boot.</param>
/// <param name="Projects">The test projects; none means all.</param>
internal sealed record Arguments(KernelChoice Kernels, IReadOnlyList<string> Projects)
{
    /// <exception cref="FormatException">There is no such choice of kernels.</exception>
    public static Arguments Parse(ReadOnlySpan<string> args)
    {
        if (args is not ["--kernels", var choice, .. var projects])
            return new Arguments(KernelChoice.None, [.. args]);
        return new Arguments(
            choice switch
            {
                "none" => KernelChoice.None,
                "ends" => KernelChoice.Ends,
                "all" => KernelChoice.All,
                _ => throw new FormatException($"--kernels wants none, ends or all, not '{choice}'"),
            },
            [.. projects]);
    }
}
