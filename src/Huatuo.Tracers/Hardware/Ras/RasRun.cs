using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Huatuo.Bpf;
using Huatuo.Flow.Enrich;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Hardware.Ras;

/// <summary>One run of <c>ras</c>.</summary>
internal sealed class RasRun(RasOptions options, TracerServices services) : IEventTracer
{
    private readonly EventBackoff _thresholds = new(options.ThresholdBackoff, options.ThresholdBackoff, options.ThresholdBackoff, services.Time);
    private readonly MemoryFailures _failures = new(services.Names);

    public BpfObject Open()
    {
        BpfObject opened = BpfImages.Open(RasBpf.ObjectName);
        _ = new RasBpf(opened) { WakeEach = true };
        return opened;
    }

    public void Loaded()
    {
    }

    public bool OnRecord(ReadOnlySpan<byte> record, EventOutput output)
    {
        if (!TryDecode(record, out HardwareError? error))
            return false;
        services.Counters.Add(RasTracer.Errors, 1, error.Label);
        if (error.Source == RasSource.Threshold && options.ThresholdBackoff > TimeSpan.Zero && !_thresholds.Passes())
            output.Suppress(SuppressReason.Backoff);
        else
            output.Emit(MemoryMarshal.AsRef<RasRecord>(record).Header.MonotonicNs, container: null, StackText.None, new RasEvent(error));
        return true;
    }

    private bool TryDecode(ReadOnlySpan<byte> record, [NotNullWhen(true)] out HardwareError? error)
    {
        error = record.Length < RasRecord.Size ? null : (RasSource)MemoryMarshal.AsRef<RasRecord>(record).Source switch
        {
            RasSource.MachineCheck when record.Length >= MachineCheckRecord.Size => MachineChecks.Decode(MemoryMarshal.AsRef<MachineCheckRecord>(record)),
            RasSource.Threshold when record.Length >= ThresholdRecord.Size => MachineChecks.Decode(MemoryMarshal.AsRef<ThresholdRecord>(record)),
            RasSource.MemoryController when record.Length >= MemoryControllerRecord.Size => MemoryControllers.Decode(MemoryMarshal.AsRef<MemoryControllerRecord>(record)),
            RasSource.Firmware when record.Length >= FirmwareRecord.Size => FirmwareSections.Decode(record),
            RasSource.Pcie when record.Length >= PcieRecord.Size => PcieErrors.Decode(MemoryMarshal.AsRef<PcieRecord>(record)),
            RasSource.Arm when record.Length >= ArmRecord.Size => ArmProcessors.Decode(MemoryMarshal.AsRef<ArmRecord>(record)),
            RasSource.MemoryFailure when record.Length >= MemoryFailureRecord.Size => _failures.Decode(MemoryMarshal.AsRef<MemoryFailureRecord>(record)),
            _ => null,
        };
        return error is not null;
    }
}
