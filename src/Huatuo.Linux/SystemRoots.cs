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

    /// <summary>
    /// Whether they are of the machine that this runs on, though perhaps mounted elsewhere: both tell the same boot
    /// (<c>sys/kernel/random/boot_id</c> of proc).
    /// </summary>
    public bool AreOfThisMachine() => this == Host || (BootId is { } boot && boot == Host.BootId);

    private string? BootId
    {
        get
        {
            try
            {
                return File.ReadAllText(Path.Combine(Proc, "sys/kernel/random/boot_id"));
            }
            catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
    }
}
