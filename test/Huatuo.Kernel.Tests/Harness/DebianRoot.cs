namespace Huatuo.Kernel.Tests.Harness;

/// <summary>Programs of a newer Debian than this machine's, in a root folder that <c>eng/test</c> has made.</summary>
internal static class DebianRoot
{
    /// <summary>The folder; skips the test when it is not there.</summary>
    internal static string Of(string name)
    {
        string? cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(cache))
            cache = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        string root = Path.Combine(cache, "huatuo/roots", name);
        Assert.SkipUnless(Directory.Exists(root), $"this machine lacks {name} of a newer Debian, which eng/test gets from a mirror");
        return root;
    }

    /// <summary>What starts a program there, in a mount namespace of its own that shows the temporary files of the test.</summary>
    internal static string[] Prefix(string root, params string[] command) =>
        ["unshare", "--mount", "sh", "-c", """mount --bind /tmp "$0/tmp" && exec chroot "$0" "$@" """, root, .. command];
}
