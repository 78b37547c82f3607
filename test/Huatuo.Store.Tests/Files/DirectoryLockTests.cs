using System.Globalization;
using System.Runtime.InteropServices;
using Huatuo.Store.Files;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Store.Tests.Files;

public sealed partial class DirectoryLockTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("huatuo-lock-").FullName;

    [Fact]
    public void A_folder_is_made_and_held_until_it_is_let_go()
    {
        string folder = Path.Combine(_root, "a", "b");
        using (DirectoryLock.Take(folder))
        {
            var refused = Assert.Throws<IOException>(() => DirectoryLock.Take(folder));
            Assert.Equal(
                $"the folder {folder} is in use by another agent (process {Environment.ProcessId}); stop it, or give each agent a folder of its own",
                refused.Message);
        }
        DirectoryLock.Take(folder).Dispose();
    }

    [Fact]
    public void A_copy_of_the_file_in_another_process_does_not_keep_the_lock()
    {
        DirectoryLock first = DirectoryLock.Take(_root);
        using SafeFileHandle child = new(Duplicate(NumberOf(Path.Combine(_root, "lock"))), ownsHandle: true);
        Assert.False(child.IsInvalid);
        first.Dispose();
        DirectoryLock.Take(_root).Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("99999999999999999999999")]
    public void What_an_earlier_holder_left_means_nothing(string left)
    {
        string file = Path.Combine(_root, "lock");
        File.WriteAllText(file, left);
        DirectoryLock.Take(_root).Dispose();
        Assert.Equal(Environment.ProcessId.ToString(CultureInfo.InvariantCulture), File.ReadAllText(file));
    }

    [Fact]
    public void A_full_disk_can_be_locked()
    {
        using var disk = new SmallDisk(64);
        File.WriteAllText(Path.Combine(disk.Path, "lock"), "");
        disk.Fill(leaveKib: 0);
        using (DirectoryLock.Take(disk.Path))
            Assert.Equal(
                $"the folder {disk.Path} is in use by another agent; stop it, or give each agent a folder of its own",
                Assert.Throws<IOException>(() => DirectoryLock.Take(disk.Path)).Message);
    }

    [Fact]
    public void What_is_no_folder_is_told_with_its_name()
    {
        string file = Path.Combine(_root, "file");
        File.WriteAllText(file, "");
        Assert.Contains(file, Assert.Throws<IOException>(() => DirectoryLock.Take(file)).Message, StringComparison.Ordinal);
        Assert.StartsWith("cannot make the directory /proc/huatuo", Assert.Throws<IOException>(() => DirectoryLock.Take("/proc/huatuo")).Message, StringComparison.Ordinal);
    }

    private static int NumberOf(string file) => int.Parse(
        Path.GetFileName(Assert.Single(Directory.EnumerateFiles("/proc/self/fd"), fd => new FileInfo(fd).LinkTarget == file)), CultureInfo.InvariantCulture);

    [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
    private static partial int Duplicate(int file);

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
