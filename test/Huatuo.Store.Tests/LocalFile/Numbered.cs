using System.Text;
using System.Text.Json;

namespace Huatuo.Store.Tests.LocalFile;

/// <summary>Documents that carry their number, and the way back from files.</summary>
internal static class Numbered
{
    /// <summary>A document of about <paramref name="bytes"/> bytes.</summary>
    public static byte[] Document(long number, int bytes = 100) =>
        Encoding.UTF8.GetBytes($$"""{"n":{{number}},"text":"{{new string('x', Math.Max(1, bytes - 20))}}"}""");

    /// <summary>The numbers in a file; fails when a line does not parse or the last line has no end.</summary>
    public static List<long> Read(string path)
    {
        var numbers = new List<long>();
        string text = File.ReadAllText(path);
        Assert.True(text.Length == 0 || text.EndsWith('\n'), $"{path} ends in the middle of a line");
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            numbers.Add(JsonDocument.Parse(line).RootElement.GetProperty("n").GetInt64());
        return numbers;
    }

    /// <summary>The numbers in a file and its rotated predecessors, oldest first.</summary>
    public static List<long> ReadChain(string path) =>
    [
        .. Enumerable.Range(1, 1000).Reverse().Select(i => $"{path}.{i}").Where(File.Exists).SelectMany(Read),
        .. File.Exists(path) ? Read(path) : [],
    ];

    public static IEnumerable<long> Range(long from, long to)
    {
        for (long n = from; n <= to; n++)
            yield return n;
    }
}
