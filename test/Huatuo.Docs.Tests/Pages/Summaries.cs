using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Huatuo.Docs.Tests.Pages;

/// <summary>What the code says about itself, from the documentation files that the compiler writes.</summary>
internal static partial class Summaries
{
    /// <summary>The summary of a field or an enum's value.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="field">Its name.</param>
    public static string Of(Type type, string field)
    {
        string file = Path.Combine(AppContext.BaseDirectory, type.Assembly.GetName().Name + ".xml");
        XElement member = XDocument.Load(file).Descendants("member").Single(element => (string?)element.Attribute("name") == $"F:{type.FullName}.{field}");
        return Space().Replace(member.Element("summary")!.Value.Trim(), " ");
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
