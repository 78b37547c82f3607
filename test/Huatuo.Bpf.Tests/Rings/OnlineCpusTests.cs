using Huatuo.Bpf.Rings;

namespace Huatuo.Bpf.Tests.Rings;

public sealed class OnlineCpusTests
{
    [Theory]
    [InlineData("0\n", new[] { 0 })]
    [InlineData("0-3\n", new[] { 0, 1, 2, 3 })]
    [InlineData("0-1,7", new[] { 0, 1, 7 })]
    [InlineData("2,4-4,65535\n", new[] { 2, 4, 65535 })]
    [InlineData(" 0 , 2 \n", new[] { 0, 2 })]
    [InlineData("\n", new int[0])]
    [InlineData("", new int[0])]
    public void Lists(string text, int[] cpus) => Assert.Equal(cpus, OnlineCpus.Parse(text));

    [Theory]
    [InlineData("a")]
    [InlineData("-")]
    [InlineData("1-")]
    [InlineData("-1")]
    [InlineData("3-1")]
    [InlineData("1-2-3")]
    [InlineData("0 1")]
    [InlineData("+1")]
    [InlineData("0x1")]
    [InlineData("65536")]
    [InlineData("0-4000000000")]
    [InlineData("99999999999999999999")]
    [InlineData("0,\u0661")]
    public void OtherTexts(string text) =>
        Assert.Equal($"'{text}' is not a list of CPUs", Assert.Throws<InvalidDataException>(() => OnlineCpus.Parse(text)).Message);

    [Fact]
    public void RandomTextsGiveAListOrTheError()
    {
        const string alphabet = "0123456789,,,---  \n+x\0";
        int lists = 0;
        for (int seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            string text = new([.. Enumerable.Range(0, random.Next(12)).Select(_ => alphabet[random.Next(alphabet.Length)])]);
            try
            {
                Assert.All(OnlineCpus.Parse(text), cpu => Assert.InRange(cpu, 0, 65535));
                lists++;
            }
            catch (InvalidDataException)
            {
            }
        }
        Assert.InRange(lists, 1000, 19_000);
    }

    [Fact]
    public void TheListIsReadAnewEachTime()
    {
        string root = Directory.CreateTempSubdirectory("huatuo-cpus-").FullName;
        try
        {
            string file = Path.Combine(root, "devices/system/cpu/online");
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            var cpus = new OnlineCpus(root);
            File.WriteAllText(file, "0-1\n");
            Assert.Equal([0, 1], cpus.Read());
            File.WriteAllText(file, "0\n");
            Assert.Equal([0], cpus.Read());
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
