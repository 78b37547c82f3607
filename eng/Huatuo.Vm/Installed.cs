namespace Huatuo.Vm;

/// <summary>The programs of this machine that booting a kernel takes.</summary>
internal static class Installed
{
    public const string Busybox = "/bin/busybox";
    public const string Qemu = "/usr/bin/qemu-system-x86_64";

    // In Debian 12 a part of QEMU, later a package of its own.
    public static string? Virtiofsd { get; } = ((string[])["/usr/lib/qemu/virtiofsd", "/usr/libexec/virtiofsd"]).FirstOrDefault(File.Exists);

    /// <summary>What is missing and what to do about it; null when nothing is.</summary>
    public static string? Lacking() =>
        // The libraries of an unpacked QEMU are those of the installed one.
        !File.Exists(Qemu) ? Advice("qemu-system-x86_64")
        : !File.Exists(Busybox) ? Advice("a static busybox")
        : Virtiofsd is null ? Advice("virtiofsd")
        : !Environment.IsPrivilegedProcess ? "booting a kernel needs root"
        : null;

    public static string Advice(string what) => $"{what} is missing; run: sudo eng/install vm";
}
