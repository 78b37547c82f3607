namespace Huatuo.Http;

/// <summary>What runs here; fixed for the life of the process.</summary>
/// <param name="Version">The product's version, such as <c>0.1.0</c>.</param>
/// <param name="Commit">The commit it was built from, or <c>unknown</c>.</param>
/// <param name="Dotnet">The version of the .NET runtime.</param>
/// <param name="Flavour">How it was compiled: <c>jit</c>, <c>r2r</c> or <c>aot</c>.</param>
/// <param name="Kernel">The running kernel's release, as <c>uname -r</c> prints it.</param>
public sealed record VersionInfo(string Version, string Commit, string Dotnet, string Flavour, string Kernel);
