namespace Huatuo.Tracers.Hardware.Ras;

/// <summary>Machine checks of x86: the registers of a bank, and what they say.</summary>
internal static class MachineChecks
{
    private const byte Intel = 0, Amd = 2, Centaur = 5, Hygon = 9, Zhaoxin = 10;
    private const ulong Uncorrected = 1UL << 61, ContextCorrupt = 1UL << 57, Signaled = 1UL << 56, ActionRequired = 1UL << 55, Deferred = 1UL << 44;
    private const ulong SoftwareRecovery = 1UL << 24;
    private const ulong SharedFlags = 0x7fUL << 57;

    private static readonly (int Bit, string Name)[] s_shared = [(63, "VAL"), (62, "OVER"), (61, "UC"), (60, "EN"), (59, "MISCV"), (58, "ADDRV"), (57, "PCC")];
    private static readonly (int Bit, string Name)[] s_intel = [.. s_shared, (56, "S"), (55, "AR")];
    private static readonly (int Bit, string Name)[] s_amd = [.. s_shared, (55, "TCC"), (53, "SyndV"), (46, "CECC"), (45, "UECC"), (44, "Deferred"), (43, "Poison"), (40, "Scrub")];

    internal static HardwareError Decode(in MachineCheckRecord record) => new(
        RasSource.MachineCheck, "CPU/MEM", TypeOf(record.Status, record.McgCap, record.Vendor),
        [
            Detail.Hex("mcg_cpu_cap", record.McgCap),
            Detail.Hex("mcg_msr_status", record.McgStatus),
            Detail.Hex("banks_msr_status", record.Status),
            Detail.Hex("banks_msr_addr", record.Address),
            Detail.Hex("banks_msr_misc", record.Misc),
            Detail.Hex("mca_synd_msr", record.Synd),
            Detail.Hex("mca_ipid_msr", record.Ipid),
            Detail.Hex("instr_pointer", record.Ip),
            Detail.Number("tsc_timestamp", (long)record.Tsc),
            Detail.Number("walltime", (long)record.Walltime),
            Detail.Number("cpu", record.Cpu),
            Detail.Hex("cpuid", record.Cpuid),
            Detail.Number("apicid", record.Apicid),
            Detail.Number("socketid", record.Socketid),
            Detail.Number("code_seg", record.Cs),
            Detail.Number("bank", record.Bank),
            Detail.Text("cpuvendor", Vendor(record.Vendor)),
            Detail.Text("status_flags", Flags(record.Status, record.Vendor)),
            Detail.Text("error", McaErrorCode.Words((ushort)record.Status)),
        ]);

    internal static HardwareError Decode(in ThresholdRecord record) => new(
        RasSource.Threshold, "CPU", ErrorType.Corrected,
        [Detail.Number("vector", record.Vector), Detail.Number("cpu", record.Ras.Header.Cpu)]);

    /// <summary>How bad a bank's status is. Bit 44 is a flag with AMD; with Intel it belongs to the count of corrected errors.</summary>
    internal static ErrorType TypeOf(ulong status, ulong mcgCap, byte vendor)
    {
        if (IsAmd(vendor) && (status & Deferred) != 0)
            return ErrorType.UncorrectedDeferred;
        if ((status & Uncorrected) == 0)
            return ErrorType.Corrected;
        if ((status & ContextCorrupt) != 0)
            return ErrorType.UncorrectedFatal;
        return vendor == Intel && (mcgCap & SoftwareRecovery) != 0 && (status & (Signaled | ActionRequired)) == 0
            ? ErrorType.UncorrectedDeferred
            : ErrorType.UncorrectedRecoverable;
    }

    private static string Flags(ulong status, byte vendor)
    {
        (int Bit, string Name)[] names = IsAmd(vendor) ? s_amd : vendor is Intel or Zhaoxin ? s_intel : s_shared;
        ulong known = names.Aggregate(SharedFlags, (mask, flag) => mask | 1UL << flag.Bit);
        return BitNames.Of(status & known, " ", names);
    }

    private static bool IsAmd(byte vendor) => vendor is Amd or Hygon;

    // arch/x86/include/asm/processor.h
    private static string Vendor(byte vendor) => vendor switch
    {
        Intel => "intel",
        Amd => "amd",
        Centaur => "centaur",
        Hygon => "hygon",
        Zhaoxin => "zhaoxin",
        _ => $"vendor {vendor}",
    };
}
