namespace Huatuo.Tracers.Hardware.Ras;

/// <summary>Errors of ARM processors that firmware reports (UEFI specification, N.2.4.4).</summary>
internal static class ArmProcessors
{
    private const uint AffinityValid = 1 << 1, RunningValid = 1 << 2, Running = 1;
    private const uint MpidrValid = 1 << 0;

    internal static HardwareError Decode(in ArmRecord record)
    {
        bool told = (record.Validation & RunningValid) != 0, running = (record.RunningState & Running) != 0;
        List<Detail> details = [];
        if ((record.Validation & MpidrValid) != 0)
            details.Add(Detail.Hex("mpidr", record.Mpidr));
        details.Add(Detail.Hex("midr", record.Midr));
        if (told)
            details.Add(Detail.Text("running_state", running ? "running" : "stopped"));
        if (told && !running)
            details.Add(Detail.Hex("psci_state", record.PsciState));
        if ((record.Validation & AffinityValid) != 0)
            details.Add(Detail.Number("affinity_level", record.Affinity));
        if (record.Cpu >= 0)
            details.Add(Detail.Number("cpu", record.Cpu));
        return new(RasSource.Arm, "CPU", GhesSeverity.Type(record.Severity), details);
    }
}
