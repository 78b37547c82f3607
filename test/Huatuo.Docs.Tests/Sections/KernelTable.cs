using Huatuo.Docs.Tests.Pages;

namespace Huatuo.Docs.Tests.Sections;

/// <summary>The kernels on which all tests passed, from the file that <c>make test-vm</c> leaves.</summary>
internal static class KernelTable
{
    private const string Results = "docs/reference/kernels.txt";

    public static string All()
    {
        var table = new Table("kernel", "tested", "in a", "tests skipped for want of");
        foreach (string line in Repository.Read(Results).Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            string[] cells = line.Split('\t');
            table.Row(cells[0], cells[1], cells[2], cells[3] == "-" ? "" : cells[3]);
        }

        return table.ToString();
    }
}
