using Microsoft.AspNetCore.Http;

namespace Huatuo.Http.Resources;

/// <summary>One thing that can be read under one path.</summary>
internal interface IResource
{
    /// <summary>The whole path, compared exactly.</summary>
    string Path { get; }

    /// <summary>Answers a GET, or a HEAD, whose body the server leaves out.</summary>
    Task GetAsync(HttpContext context);
}
