using Huatuo.Http.Routing;

namespace Huatuo.Http.Resources;

/// <summary>What belongs together, and is served under one or more paths.</summary>
internal interface IResource
{
    /// <summary>What it serves.</summary>
    IEnumerable<Route> Routes { get; }
}
