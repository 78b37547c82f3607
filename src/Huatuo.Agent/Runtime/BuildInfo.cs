using System.Reflection;
using System.Runtime.CompilerServices;

namespace Huatuo.Agent.Runtime;

/// <summary>What this program is.</summary>
internal static class BuildInfo
{
    private static readonly string[] Informational =
        (typeof(BuildInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0").Split('+');

    internal static string Version => Informational[0];

    internal static string Commit => Informational.Length > 1 ? Informational[1] : "unknown";

    internal static string Flavour => RuntimeFeature.IsDynamicCodeSupported ? "jit" : "aot";
}
