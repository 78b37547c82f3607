namespace Huatuo.Flow.Tracing;

/// <summary>What a tracer does now.</summary>
public enum TracerState
{
    /// <summary>Switched off by configuration.</summary>
    Disabled,

    /// <summary>This kernel lacks every hook that it could use.</summary>
    Unsupported,

    /// <summary>Being loaded for the first time.</summary>
    Starting,

    /// <summary>Attached and read.</summary>
    Running,

    /// <summary>A run failed; the next one is due later.</summary>
    BackingOff,

    /// <summary>Given up: the configuration asks for what cannot be.</summary>
    Failed,

    /// <summary>Ended by request, or with the agent.</summary>
    Stopped,
}
