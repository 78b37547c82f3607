using System.Text.Json;
using System.Text.RegularExpressions;

namespace Huatuo.Profiling.Continuous;

/// <summary>The fields of a stored profile that it can be asked for by.</summary>
internal static class ProfileLabels
{
    /// <summary>The service of what is in no container.</summary>
    internal const string Host = "host";

    /// <summary>The task that took it; only who asks for the label is given such profiles.</summary>
    internal const string Task = "task_id";

    /// <summary>Their names, but for <c>service_name</c>, which is that of the container, else its id, else <see cref="Host"/>.</summary>
    internal static IReadOnlyList<string> Names { get; } =
        ["hostname", "region", "container_id", "container_name", "container_hostname", "pod_name", "pod_namespace", "pod_uid", "profiler", "profile_type", Task];

    /// <summary>The label that a property is; null for others.</summary>
    internal static string? Name(ref Utf8JsonReader reader)
    {
        foreach (string name in Names)
            if (reader.ValueTextEquals(name))
                return name;
        return null;
    }
}

/// <summary>What a label must be.</summary>
/// <param name="Name">The label.</param>
/// <param name="Value">A value; a label that is not there has the empty one.</param>
/// <param name="IsNegated">Whether it must not be that.</param>
/// <param name="Pattern">For the whole value, instead of a value; null for none.</param>
internal sealed record LabelCondition(string Name, string Value, bool IsNegated = false, Regex? Pattern = null)
{
    /// <summary>Whether a value is right.</summary>
    internal bool Holds(string value) => (Pattern?.IsMatch(value) ?? value == Value) != IsNegated;
}
