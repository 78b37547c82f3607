using System.Diagnostics;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>A cgroup hierarchy of the first kind, without controllers, which every kernel can have beside its others.</summary>
internal sealed class NamedHierarchy : IAsyncDisposable
{
    private const int MostAgain = 60;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);
    private readonly List<string> _made = [];

    internal NamedHierarchy() => Mount();

    /// <summary>Where it is mounted.</summary>
    internal string Folder { get; } = Directory.CreateTempSubdirectory("huatuo-hierarchy-").FullName;

    private string Name => Path.GetFileName(Folder);

    /// <summary>Makes a cgroup at its top.</summary>
    internal void Make(string name)
    {
        Directory.CreateDirectory($"{Folder}/{name}");
        _made.Add(name);
    }

    // It goes a while after it is unmounted; but not when a cgroup in it was still on its way out just then.
    public async ValueTask DisposeAsync()
    {
        foreach (string made in _made)
            Directory.Delete($"{Folder}/{made}");
        Unmount();
        for (int again = 0; !await GoesAsync(); again++)
        {
            Assert.True(again < MostAgain, $"the hierarchy {Name} stays");
            Mount();
            Unmount();
        }
        Directory.Delete(Folder);
    }

    private async Task<bool> GoesAsync()
    {
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < s_patience; await Task.Delay(20))
            if (!IsThere())
                return true;
        return false;
    }

    private bool IsThere() => File.ReadLines("/proc/self/cgroup").Any(line => line.Contains(Name, StringComparison.Ordinal));

    private void Mount() => Command.Run("", "mount", "-t", "cgroup", "-o", $"none,name={Name}", "cgroup", Folder);

    private void Unmount() => Command.Run("", "umount", Folder);
}
