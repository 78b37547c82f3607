using System.Text;
using System.Xml.Linq;
using Huatuo.Profiling.Formats;
using Huatuo.Profiling.Tests.Harness;

namespace Huatuo.Profiling.Tests.Formats;

public sealed class DifferenceTests
{
    [Fact]
    public void Shares_are_compared_not_lengths()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("before"), "p;a 10\np;a;b 20\np;c 70\n");
        File.WriteAllText(folder.File("after"), "p;a 1000\np;a;b 5000\np;d 4000\n");
        var difference = new ProfileDifference(FoldedReader.Read(folder.File("before")), FoldedReader.Read(folder.File("after")));
        Assert.Equal(
            [("c", 0.7, 0), ("d", 0, 0.4), ("b", 0.2, 0.5), ("a", 0.1, 0.1), ("p", 0, 0)],
            difference.Functions().Select(change => (change.Name, Math.Round(change.Before, 3), Math.Round(change.After, 3))));

        using var svg = new MemoryStream();
        FlameGraph.WriteDifference(difference, svg);
        string[] titles = [.. XDocument.Parse(Encoding.UTF8.GetString(svg.ToArray())).Descendants().Where(element => element.Name.LocalName == "title").Select(title => title.Value)];
        Assert.Contains(titles, title => title.StartsWith("b (+30.00 points): ", StringComparison.Ordinal) && title.EndsWith(", 50 %", StringComparison.Ordinal));
        Assert.Contains(titles, title => title.StartsWith("d (+40.00 points): ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_is_no_profile_is_an_error_that_names_it()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("page"), "hello\n");
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => FoldedReader.Read(folder.File("page")));
        Assert.Equal($"{folder.File("page")}: line 1 is no stack with a number, and the file is none of pprof", error.Message);
    }
}
