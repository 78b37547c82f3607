using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Huatuo.TestRun;

/// <summary>Reads the result file that a test program of xunit v3 writes with <c>-xml FILE</c>.</summary>
internal static class ResultFile
{
    /// <summary>Reads the tests of one program. Errors outside of tests (a fixture's clean-up, for instance) become failed tests.</summary>
    /// <exception cref="InvalidDataException">The file is not a complete result file.</exception>
    public static IReadOnlyList<TestRecord> Read(string project, TextReader text)
    {
        XElement root;
        try
        {
            root = XDocument.Load(text).Root!;
        }
        catch (XmlException e)
        {
            throw new InvalidDataException($"the result file is not XML: {e.Message}", e);
        }

        if (root.Name != "assemblies")
            throw new InvalidDataException($"the result file starts with <{root.Name}>, not with <assemblies>");

        return [.. root.Descendants("test").Select(test => Test(project, test)), .. root.Descendants("error").Select(error => Error(project, error))];
    }

    private static TestRecord Test(string project, XElement test)
    {
        string name = Attribute(test, "name");
        var outcome = Attribute(test, "result") switch
        {
            "Pass" => Outcome.Passed,
            "Fail" => Outcome.Failed,
            "Skip" or "NotRun" => Outcome.Skipped,
            var other => throw new InvalidDataException($"the result of {name} is '{other}'"),
        };
        string detail = outcome switch
        {
            Outcome.Failed => Failure(test.Element("failure"), test.Element("output")),
            Outcome.Skipped => test.Element("reason")?.Value.Trim() ?? "it is explicit and was not asked for",
            _ => "",
        };
        var observed = test.Descendants("attachment").Where(attachment => Attribute(attachment, "name").StartsWith(Observation.Prefix, StringComparison.Ordinal))
            .SelectMany(attachment => attachment.Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Select(Observation.Parse);
        return new TestRecord(project, name, outcome, Seconds(test), detail) { Observed = observed.ToArray() };
    }

    private static TestRecord Error(string project, XElement error)
    {
        string name = $"({Attribute(error, "type")}) {error.Attribute("name")?.Value}".TrimEnd();
        return new TestRecord(project, name, Outcome.Failed, TimeSpan.Zero, Failure(error.Element("failure"), null));
    }

    private static string Failure(XElement? failure, XElement? output)
    {
        IEnumerable<string?> parts =
        [
            failure?.Element("message")?.Value ?? failure?.Attribute("exception-type")?.Value,
            failure?.Element("stack-trace")?.Value,
            output is null ? null : "output:\n" + output.Value,
        ];
        return string.Join('\n', parts.Where(part => !string.IsNullOrWhiteSpace(part)).Select(part => part!.Trim('\n', '\r')));
    }

    private static TimeSpan Seconds(XElement test) =>
        decimal.TryParse(test.Attribute("time")?.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal seconds)
            ? TimeSpan.FromSeconds((double)seconds)
            : TimeSpan.Zero;

    private static string Attribute(XElement element, string name) =>
        element.Attribute(name)?.Value ?? throw new InvalidDataException($"<{element.Name}> has no {name}");
}
