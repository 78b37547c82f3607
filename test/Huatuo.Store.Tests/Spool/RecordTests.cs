using System.Text;
using Huatuo.Store.Spool;

namespace Huatuo.Store.Tests.Spool;

public sealed class RecordTests
{
    [Fact]
    public void The_checksum_is_CRC_32C()
    {
        Assert.Equal(0xe3069283u, Crc32C.Append(Crc32C.Start, "123456789"u8));
        Assert.Equal(0x8a9136aau, Crc32C.Append(Crc32C.Start, new byte[32]));
        Assert.Equal(0xe3069283u, Crc32C.Append(Crc32C.Append(Crc32C.Start, "1234"u8), "56789"u8));
    }

    [Fact]
    public void A_record_comes_back()
    {
        var random = new Random(1);
        for (int i = 0; i < 500; i++)
        {
            byte[] name = Encoding.ASCII.GetBytes(new string('t', random.Next(0, 256)));
            byte[] document = new byte[random.Next(0, 5000)];
            random.NextBytes(document);
            byte[] record = new byte[SpoolRecord.Length(name.Length, document.Length)];
            SpoolRecord.Write(record, name, document);
            Assert.True(SpoolRecord.TryLength(record, out int length));
            Assert.Equal(record.Length, length);
            Assert.True(SpoolRecord.TryRead(record, out ReadOnlySpan<byte> readName, out ReadOnlySpan<byte> readDocument));
            Assert.Equal(name, readName);
            Assert.Equal(document, readDocument);
        }
    }

    [Fact]
    public void Every_flipped_bit_is_noticed()
    {
        byte[] record = new byte[SpoolRecord.Length(3, 60)];
        SpoolRecord.Write(record, "oom"u8, new byte[60]);
        for (int bit = 0; bit < record.Length * 8; bit++)
        {
            record[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(SpoolRecord.TryLength(record, out int length) && length == record.Length && SpoolRecord.TryRead(record, out _, out _), $"bit {bit}");
            record[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void A_hole_is_no_record() => Assert.False(SpoolRecord.TryLength(new byte[4096], out _));
}
