using System.Globalization;
using Huatuo.Bpf.Abi;
using Huatuo.Linux.Proc;
using Huatuo.Profiling.Symbols;
using Huatuo.Profiling.Unwinding;

namespace Huatuo.Profiling.Tests.Unwinding;

/// <summary>Whose mappings are taken for which program's; this process is the one that is looked at, and no kernel is given anything.</summary>
public sealed class UnwinderTests : IDisposable
{
    private readonly DirectoryInfo _proc = Directory.CreateTempSubdirectory("huatuo-proc-");
    private readonly ulong _image;

    public UnwinderTests()
    {
        Directory.CreateSymbolicLink(Folder, "/proc/self");
        Assert.True(ProcessImage.TryRead(new FileBuffer(), Folder, out _image));
        Assert.NotEqual(0UL, _image);
    }

    private static uint Process => (uint)Environment.ProcessId;

    private string Folder => Path.Combine(_proc.FullName, Process.ToString(CultureInfo.InvariantCulture));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_program_that_is_another_than_was_told_is_known_as_what_it_is(ulong told) => Check(told);

    [Fact]
    public void One_that_is_as_it_was_told_is_known() => Check(_image);

    [Fact]
    public void Of_a_process_without_mappings_nothing_is_known_and_one_that_is_gone_is_forgotten()
    {
        using var unwinder = new Unwinder(UnwindMode.Both, Unwinder.DefaultBytes, TimeProvider.System, _proc.FullName);
        unwinder.Look(Process, _image);
        Assert.True(unwinder.Has(Process));
        Directory.Delete(Folder);
        unwinder.Look(Process, _image);
        Assert.False(unwinder.Has(Process));
        Directory.CreateDirectory(Folder);
        File.Copy("/proc/self/stat", Path.Combine(Folder, "stat"));
        File.WriteAllText(Path.Combine(Folder, "maps"), "");
        unwinder.Look(Process, _image);
        Assert.False(unwinder.Has(Process));
    }

    /// <inheritdoc/>
    public void Dispose() => _proc.Delete(recursive: true);

    private void Check(ulong told)
    {
        using var unwinder = new Unwinder(UnwindMode.Both, Unwinder.DefaultBytes, TimeProvider.System, _proc.FullName);
        unwinder.Look(Process, told);
        Assert.NotNull(unwinder.Seen(Process, _image));
        Assert.Null(unwinder.Seen(Process, _image + 1));
        if (told != _image)
            Assert.Null(unwinder.Seen(Process, told));
    }
}
