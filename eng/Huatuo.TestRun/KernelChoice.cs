namespace Huatuo.TestRun;

/// <summary>On which kernels beside this machine's own the kernel tests run.</summary>
internal enum KernelChoice
{
    None,

    /// <summary>The oldest and the newest of the list.</summary>
    Ends,

    /// <summary>All of the list; fewer than three families, this machine's included, fail the run.</summary>
    All,
}
