using System.Text;
using Huatuo.Flow.Enrich;

namespace Huatuo.Tracers.Hardware.Ras;

/// <summary>Errors of PCI Express (AER): the bits of the status registers, as the base specification names them.</summary>
internal static class PcieErrors
{
    // include/linux/aer.h
    private const uint NonFatal = 0, Fatal = 1, Correctable = 2;

    private static readonly (int Bit, string Name)[] s_correctable =
    [
        (0, "Receiver Error"), (6, "Bad TLP"), (7, "Bad DLLP"), (8, "REPLAY_NUM Rollover"), (12, "Replay Timer Timeout"),
        (13, "Advisory Non-Fatal Error"), (14, "Corrected Internal Error"), (15, "Header Log Overflow"),
    ];

    private static readonly (int Bit, string Name)[] s_uncorrectable =
    [
        (0, "Undefined"), (4, "Data Link Protocol Error"), (5, "Surprise Down Error"), (12, "Poisoned TLP"), (13, "Flow Control Protocol Error"),
        (14, "Completion Timeout"), (15, "Completer Abort"), (16, "Unexpected Completion"), (17, "Receiver Overflow"), (18, "Malformed TLP"),
        (19, "ECRC Error"), (20, "Unsupported Request Error"), (21, "ACS Violation"), (22, "Uncorrectable Internal Error"), (23, "MC Blocked TLP"),
        (24, "AtomicOp Egress Blocked"), (25, "TLP Prefix Blocked Error"), (26, "Poisoned TLP Egress Blocked"), (27, "DMWr Request Egress Blocked"),
        (28, "IDE Check Failed"), (29, "Misrouted IDE TLP"), (30, "PCRC Check Failed"), (31, "TLP Translation Egress Blocked"),
    ];

    internal static HardwareError Decode(in PcieRecord record)
    {
        ErrorType type = record.Severity switch
        {
            NonFatal => ErrorType.UncorrectedRecoverable,
            Fatal => ErrorType.UncorrectedFatal,
            Correctable => ErrorType.Corrected,
            _ => ErrorType.Unknown,
        };
        string device = Encoding.UTF8.GetString(EventWho.ZeroTerminated(record.Device));
        string header = record.TlpHeaderValid == 0
            ? "not available"
            : $"{{0x{record.TlpHeader[0]:x},0x{record.TlpHeader[1]:x},0x{record.TlpHeader[2]:x},0x{record.TlpHeader[3]:x}}}";
        return new(RasSource.Pcie, "PCIe " + device, type,
        [
            Detail.Text("dev_name", device),
            Detail.Text("err_type", type == ErrorType.Unknown ? "unknown" : type.ToString()),
            Detail.Text("err_reason", BitNames.Of(record.Status, ", ", record.Severity == Correctable ? s_correctable : s_uncorrectable)),
            Detail.Hex("status", record.Status),
            Detail.Text("tlp_header", header),
        ]);
    }
}
