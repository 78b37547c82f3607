namespace Huatuo.Agent.Cli;

/// <summary>What the program ends with.</summary>
internal static class ExitCode
{
    /// <summary>Done, or stopped by a signal or the duration.</summary>
    internal const int Done = 0;

    /// <summary>Something failed.</summary>
    internal const int Failure = 1;

    /// <summary>The command line or the configuration is wrong.</summary>
    internal const int Usage = 2;

    /// <summary>The tracer or profiler is not supported on this kernel.</summary>
    internal const int Unsupported = 3;

    /// <summary>Privileges are missing.</summary>
    internal const int Privileges = 4;
}
