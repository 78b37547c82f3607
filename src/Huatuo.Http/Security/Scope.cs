namespace Huatuo.Http.Security;

/// <summary>What a token allows. None includes another.</summary>
[Flags]
public enum Scope
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>To read events, states and the configuration.</summary>
    Read = 1,

    /// <summary>To start and stop tracers, and to change what they do.</summary>
    Control = 2,

    /// <summary>To have something traced or profiled for a while.</summary>
    Profile = 4,
}
