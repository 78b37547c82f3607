namespace Huatuo.Http.Api;

/// <summary>What it is the fault of that the configuration was not changed.</summary>
public enum OptionRefusalKind
{
    /// <summary>The change is not right.</summary>
    Wrong,

    /// <summary>The change is right, and cannot be done in the state that things are in.</summary>
    Conflict,

    /// <summary>It cannot be kept for the next start.</summary>
    NotKept,
}
