using Huatuo.Bpf;

namespace Huatuo.Kernel.Tests.Bpf;

public sealed unsafe class BpfObjectTests
{
    // Of the second the verifier says several hundred kilobytes first.
    [Theory]
    [InlineData("unchecked")]
    [InlineData("unchecked_late")]
    public void A_program_that_the_verifier_refuses_is_told_with_its_last_lines(string program)
    {
        BpfException refused = Assert.Throws<BpfException>(() => SampleObject.Load(program).Dispose());
        Assert.Equal(("load", "sample", 13), (refused.Operation, refused.Subject, refused.Errno));
        Assert.Contains("EACCES (permission denied)", refused.Message, StringComparison.Ordinal);
        Assert.Contains(program, refused.Message, StringComparison.Ordinal);
        Assert.Contains("invalid mem access 'map_value_or_null'", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("processed ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public void A_hook_that_is_not_there_is_told_at_attach()
    {
        using BpfObject loaded = SampleObject.Load("nowhere");
        BpfException refused = Assert.Throws<BpfException>(() => loaded.Attach("nowhere"));
        Assert.Equal(("attach", "sample.nowhere", 2), (refused.Operation, refused.Subject, refused.Errno));
        Assert.Contains("ENOENT (no such file or directory)", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_object_are_told_at_open()
    {
        fixed (byte* bytes = new byte[100])
        {
            using var image = new UnmanagedMemoryStream(bytes, 100);
            BpfException refused = Assert.Throws<BpfException>(() => BpfObject.Open("rubbish", image));
            Assert.Equal(("open", "rubbish"), (refused.Operation, refused.Subject));
        }
    }

    [Fact]
    public void Knobs_are_checked_by_name_and_size()
    {
        using BpfObject opened = SampleObject.Open();
        Assert.Contains("sample has no knob 'cfg_absent'", Assert.Throws<ArgumentException>(() => opened.SetKnob("cfg_absent", 1)).Message, StringComparison.Ordinal);
        Assert.False(opened.TrySetKnob("cfg_absent", 1));
        Assert.Contains("knob 'cfg_number' has 4 bytes, not 8", Assert.Throws<ArgumentException>(() => opened.SetKnob("cfg_number", 1L)).Message, StringComparison.Ordinal);
        Assert.Contains("knob 'cfg_list' has 6 bytes, not 2", Assert.Throws<ArgumentException>(() => opened.SetKnob("cfg_list", (ushort)1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_chosen_programs_are_loaded()
    {
        using BpfObject loaded = SampleObject.Load();
        Assert.Equal("counts", Assert.Single(loaded.LoadedPrograms()).Name);
        Assert.Contains(loaded.LoadedMaps(), map => map.Name == "numbers");
        Assert.Throws<ArgumentException>(() => loaded.Attach("absent"));
    }
}
