namespace Huatuo.Linux;

/// <summary>Where the kernel's file systems are looked for.</summary>
/// <param name="Proc">Normally <c>/proc</c>.</param>
/// <param name="Sys">Normally <c>/sys</c>.</param>
/// <param name="Dev">Normally <c>/dev</c>.</param>
public sealed record SystemRoots(string Proc, string Sys, string Dev)
{
    /// <summary>This machine.</summary>
    public static SystemRoots Host { get; } = Below("/");

    /// <summary>The folders <c>proc</c>, <c>sys</c> and <c>dev</c> of another one.</summary>
    /// <param name="folder">The folder.</param>
    public static SystemRoots Below(string folder) => new(Path.Combine(folder, "proc"), Path.Combine(folder, "sys"), Path.Combine(folder, "dev"));
}
