using Huatuo.Profiling.Symbols;
using Huatuo.Profiling.Tests.Harness;

namespace Huatuo.Profiling.Tests.Symbols;

/// <summary>Files that processes have mapped are opened once, as long as they stay what they are.</summary>
public sealed class FileIdentitiesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_library_is_opened_once_for_all_processes_that_have_it_mapped()
    {
        var identities = new FileIdentities();
        Mapping[] libraries = [.. ProcessMaps.Parse(File.ReadAllBytes("/proc/self/maps")).All.Where(mapping => mapping.Path.Contains("/libc.so", StringComparison.Ordinal))];
        Assert.NotEmpty(libraries);
        using ByteSource bytes = MappedFile.Open("/proc/self", libraries[0])!;
        KnownFile expected = KnownFile.Of(MappedFile.Of(bytes, libraries[0]));
        foreach (Mapping library in libraries)
            Assert.Equal(expected.Key, identities.Of("/proc/self", library)!.Value.Key);
        Assert.Equal(expected.Layout!.Segments, identities.Of($"/proc/{Environment.ProcessId}", libraries[0])!.Value.Layout!.Segments);
        Assert.Equal(1, identities.Opened);
    }

    [Fact]
    public void A_file_that_was_rewritten_is_another()
    {
        string program = _folder.File("program");
        File.Copy(Environment.ProcessPath!, program);
        File.CreateSymbolicLink(_folder.File("exe"), program);
        var identities = new FileIdentities();
        KnownFile? before = identities.OfProgram(_folder.Path);
        Assert.NotNull(before?.Layout);
        Assert.Equal(before, identities.OfProgram(_folder.Path));
        Assert.Equal(1, identities.Opened);
        File.WriteAllText(program, "#!/bin/sh\n");
        Assert.Null(identities.OfProgram(_folder.Path)!.Value.Layout);
        File.Delete(program);
        Assert.Null(identities.OfProgram(_folder.Path));
    }

    [Fact]
    public void A_file_is_opened_again_only_while_none_took_its_place()
    {
        string program = _folder.File("program");
        File.Copy(Environment.ProcessPath!, program);
        var mapping = new Mapping(0x1000, 0x2000, 0, "fe:00 77", program);
        string over = _folder.File("over");
        using ByteSource? bytes = RootedFile.Open("/", program);
        string key = MappedFile.Of(bytes, mapping).Key;
        using (ByteSource? again = MappedFile.OpenAgain(over, mapping, key))
            Assert.Equal(bytes!.Length, again!.Length);
        File.Copy("/proc/self/exe", program + ".new");
        File.AppendAllText(program + ".new", "!");
        File.Move(program + ".new", program, overwrite: true);
        Assert.Null(MappedFile.OpenAgain(over, mapping, key));
        // One that lives has its own.
        Directory.CreateDirectory(over + "/root" + _folder.Path);
        File.Copy(program, over + "/root" + program);
        Assert.Null(MappedFile.OpenAgain(over, mapping, key));
    }
}
