using System.Diagnostics;

namespace Huatuo.Store.Tests.Files;

/// <summary>A file system in memory that is soon full; unmounted when disposed.</summary>
internal sealed class SmallDisk : IDisposable
{
    public SmallDisk(int kib)
    {
        Path = Directory.CreateTempSubdirectory("huatuo-disk-").FullName;
        Run("mount", "-t", "tmpfs", "-o", $"size={kib}k,mode=0750", "huatuo-test", Path);
    }

    public string Path { get; }

    /// <summary>Takes all the space but a few pages; page by page, since a store that is at work takes some meanwhile.</summary>
    public string Fill(int leaveKib)
    {
        string file = System.IO.Path.Combine(Path, "ballast");
        var drive = new DriveInfo(Path);
        byte[] page = new byte[Environment.SystemPageSize];
        using var stream = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        while (drive.AvailableFreeSpace >= (leaveKib << 10) + page.Length)
            stream.Write(page);
        return file;
    }

    /// <summary>Makes it readable only, or writable again.</summary>
    public void Remount(bool readOnly) => Run("mount", "-o", readOnly ? "remount,ro" : "remount,rw", Path);

    public void Dispose()
    {
        Run("umount", "-l", Path);
        Directory.Delete(Path);
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {error}");
    }
}
