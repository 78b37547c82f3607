namespace Huatuo.Tracers.Hardware.Ras;

/// <summary>The kernel's numbers for severities that firmware reports (include/acpi/ghes.h).</summary>
internal static class GhesSeverity
{
    private const uint No = 0, Corrected = 1, Recoverable = 2, Panic = 3;

    internal static ErrorType Type(uint severity) => severity switch
    {
        No => ErrorType.Info,
        Corrected => ErrorType.Corrected,
        Recoverable => ErrorType.UncorrectedRecoverable,
        Panic => ErrorType.UncorrectedFatal,
        _ => ErrorType.Unknown,
    };
}
