namespace Huatuo.Flow.Tracing;

/// <summary>The words for states in metrics and on the command line.</summary>
public static class TracerStateNames
{
    /// <summary>The word for a state.</summary>
    public static string Word(this TracerState state) => state switch
    {
        TracerState.Disabled => "disabled",
        TracerState.Unsupported => "unsupported",
        TracerState.Starting => "starting",
        TracerState.Running => "running",
        TracerState.BackingOff => "backing-off",
        TracerState.Failed => "failed",
        _ => "stopped",
    };
}
