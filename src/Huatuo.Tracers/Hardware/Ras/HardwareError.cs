namespace Huatuo.Tracers.Hardware.Ras;

/// <summary>One error that the hardware reported.</summary>
/// <param name="Source">Which of the kernel's tracepoints told.</param>
/// <param name="Device">The device as far as it is named.</param>
/// <param name="Type">How bad it is.</param>
/// <param name="Details">What else is told, in the order of the document.</param>
internal sealed record HardwareError(RasSource Source, string Device, ErrorType Type, IReadOnlyList<Detail> Details)
{
    /// <summary>The source in documents.</summary>
    internal string Event => Source switch
    {
        RasSource.MachineCheck => "MCE",
        RasSource.Threshold => "MCE_THRESHOLD",
        RasSource.MemoryController => "EDAC",
        RasSource.Firmware => "NON_STANDARD",
        RasSource.Pcie => "AER",
        RasSource.Arm => "ARM_GHES",
        _ => "MEMORY_FAILURE",
    };

    /// <summary>The source in metrics.</summary>
    internal string Label => Source switch
    {
        RasSource.MachineCheck => "mce",
        RasSource.Threshold => "thr",
        RasSource.MemoryController => "edac",
        RasSource.Firmware => "acpi",
        RasSource.Pcie => "aer",
        RasSource.Arm => "arm_ghes",
        _ => "memory_failure",
    };
}
