using Huatuo.Store.Spool;
using Huatuo.Store.Tests.LocalFile;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Store.Tests.Spool;

public sealed class SegmentScanTests : IDisposable
{
    private readonly TemporaryDirectory _folder = SpoolStand.Temporary();

    private string File => Path.Combine(_folder.Path, "segment");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_segment_cut_anywhere_gives_the_whole_records_before_the_cut()
    {
        (byte[] bytes, int[] ends) = Segment(new Random(1), records: 12);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            System.IO.File.WriteAllBytes(File, bytes[..cut]);
            (List<long> numbers, long position, long damaged) = Scan(windowBytes: 64);
            int whole = ends.Count(end => end <= cut);
            Assert.Equal(Numbered.Range(0, whole - 1), numbers);
            Assert.Equal(cut, position);
            Assert.Equal(cut - (whole == 0 ? 0 : ends[whole - 1]), damaged);
        }
    }

    [Fact]
    public void Random_damage_costs_no_record_but_the_damaged_ones()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            (byte[] bytes, int[] ends) = Segment(random, records: 50);
            HashSet<long> hurt = [];
            for (int i = random.Next(1, 6); i > 0; i--)
            {
                int at = random.Next(bytes.Length);
                int length = Math.Min(random.Next(1, 400), bytes.Length - at);
                byte[] before = bytes[at..(at + length)];
                random.NextBytes(bytes.AsSpan(at, length));
                for (int n = 0; n < ends.Length; n++)
                    if ((n == 0 ? 0 : ends[n - 1]) < at + length && ends[n] > at)
                        hurt.Add(n);
            }
            System.IO.File.WriteAllBytes(File, bytes);
            (List<long> numbers, long position, long damaged) = Scan(windowBytes: random.Next(16, 2000));
            Assert.Equal(Numbered.Range(0, ends.Length - 1).Where(n => !hurt.Contains(n)), numbers);
            Assert.Equal(bytes.Length, position);
            Assert.Equal(hurt.Sum(n => ends[n] - (n == 0 ? 0 : ends[n - 1])), damaged);
        }
    }

    [Fact]
    public void Bytes_put_in_between_are_passed_over_also_when_they_look_like_the_beginning_of_a_record()
    {
        var random = new Random(5);
        (byte[] bytes, int[] ends) = Segment(random, records: 30);
        byte[] garbage = [.. SpoolRecord.Mark, 0xff, 0xff, 0, 0, .. SpoolRecord.Mark, .. SpoolRecord.Mark[..3], 1, 2, 3];
        System.IO.File.WriteAllBytes(File, [.. garbage, .. bytes[..ends[9]], .. garbage, .. garbage, .. bytes[ends[9]..], .. garbage]);
        (List<long> numbers, _, long damaged) = Scan(windowBytes: 100);
        Assert.Equal(Numbered.Range(0, 29), numbers);
        Assert.Equal(4 * garbage.Length, damaged);
    }

    private (List<long> Numbers, long Position, long Damaged) Scan(int windowBytes)
    {
        using SafeFileHandle file = System.IO.File.OpenHandle(File);
        var scan = new SegmentScan(file, 0, RandomAccess.GetLength(file), new byte[windowBytes]);
        List<long> numbers = [];
        while (scan.TryNext(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> document))
        {
            Assert.Equal("oom"u8, name);
            numbers.Add(SpoolStand.Number(document.ToArray()));
        }
        return (numbers, scan.Position, scan.DamagedBytes);
    }

    private static (byte[] Bytes, int[] Ends) Segment(Random random, int records)
    {
        using var bytes = new MemoryStream();
        List<int> ends = [];
        for (int n = 0; n < records; n++)
        {
            byte[] document = Numbered.Document(n, random.Next(21, 500));
            byte[] record = new byte[SpoolRecord.Length(3, document.Length)];
            SpoolRecord.Write(record, "oom"u8, document);
            bytes.Write(record);
            ends.Add((int)bytes.Length);
        }
        return (bytes.ToArray(), [.. ends]);
    }
}
