using System.Diagnostics;

namespace Huatuo.Vm.Tests;

public sealed class CpioWriterTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("huatuo-cpio-").FullName;

    [Fact]
    public async Task CpioUnpacksWhatWasWritten()
    {
        string archive = Path.Combine(root, "archive");
        await using (var stream = File.Create(archive))
        {
            var writer = new CpioWriter(stream);
            writer.AddDirectory("folder");
            writer.AddFile("folder/odd", "three");
            writer.AddFile("empty", "");
            writer.End();
        }

        using var cpio = Process.Start(new ProcessStartInfo("cpio", ["--extract", "--quiet", "--file", archive]) { WorkingDirectory = root })!;
        await cpio.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, cpio.ExitCode);
        Assert.Equal("three", await File.ReadAllTextAsync(Path.Combine(root, "folder/odd"), TestContext.Current.CancellationToken));
        Assert.Equal("", await File.ReadAllTextAsync(Path.Combine(root, "empty"), TestContext.Current.CancellationToken));
        Assert.NotEqual((UnixFileMode)0, File.GetUnixFileMode(Path.Combine(root, "folder/odd")) & UnixFileMode.UserExecute);
    }

    public void Dispose() => Directory.Delete(root, recursive: true);
}
