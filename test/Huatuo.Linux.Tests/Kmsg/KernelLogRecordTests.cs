using System.Text;
using Huatuo.Linux.Kmsg;

namespace Huatuo.Linux.Tests.Kmsg;

/// <summary>Records of /dev/kmsg.</summary>
public sealed class KernelLogRecordTests
{
    private const string Record = "0,1234,98765432,-,caller=T77;watchdog: BUG; soft\n SUBSYSTEM=cpu\n";

    [Theory]
    [InlineData(Record, 0UL, 1234UL, true, "watchdog: BUG; soft")]
    [InlineData("12,5,6,-;from a process\n", 12UL, 5UL, false, "from a process")]
    [InlineData("6,5,6,c;", 6UL, 5UL, true, "")]
    public void A_record_has_priority_sequence_and_text(string bytes, ulong priority, ulong sequence, bool isFromKernel, string text)
    {
        Assert.True(KernelLogRecord.TryParse(Encoding.UTF8.GetBytes(bytes), out KernelLogRecord record));
        Assert.Equal((priority, sequence, isFromKernel, text), (record.Priority, record.Sequence, record.IsFromKernel, Encoding.UTF8.GetString(record.Text)));
    }

    [Theory]
    [InlineData("")]
    [InlineData(";")]
    [InlineData("6;x")]
    [InlineData("6,;x")]
    [InlineData("6,5;x")]
    [InlineData("x,5,6,-;x")]
    [InlineData("6,5,6,-")]
    [InlineData("99999999999999999999,5,6,-;x")]
    public void Another_form_is_none(string bytes) =>
        Assert.False(KernelLogRecord.TryParse(Encoding.UTF8.GetBytes(bytes), out _));

    [Fact]
    public void Damage_gives_a_record_or_none()
    {
        byte[] original = Encoding.UTF8.GetBytes(Record);
        int parsed = 0;
        for (int seed = 0; seed < 5000; seed++)
            if (KernelLogRecord.TryParse(Mutation.Of(original, seed), out KernelLogRecord record))
                parsed += record.Text.Length >= 0 ? 1 : 0;
        Assert.InRange(parsed, 1, 4999);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData(@"a\x0ab\x5cc", "a\nb\\c")]
    [InlineData(@"\xc3\xa4", "ä")]
    [InlineData(@"\x", @"\x")]
    [InlineData(@"\xg0 \x1", @"\xg0 \x1")]
    public void Escapes_are_undone(string text, string plain) =>
        Assert.Equal(plain, KernelLogRecord.Unescape(Encoding.UTF8.GetBytes(text)));
}
