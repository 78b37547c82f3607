using Huatuo.Flow.Enrich;

namespace Huatuo.Tracers.Hardware.Ras;

/// <summary>Errors that a driver of a memory controller tells of (EDAC).</summary>
internal static class MemoryControllers
{
    internal static HardwareError Decode(in MemoryControllerRecord record)
    {
        ErrorType type = TypeOf(record.ErrorType);
        return new(RasSource.MemoryController, "MEM", type,
        [
            Detail.Number("err_count", record.ErrorCount),
            Detail.Text("err_type", type == ErrorType.Unknown ? "unknown" : type.ToString()),
            Detail.Text("err_msg", EventWho.ZeroTerminated(record.Message)),
            Detail.Text("label", EventWho.ZeroTerminated(record.Label)),
            Detail.Number("mc_index", record.Controller),
            Detail.Number("top_layer", record.TopLayer),
            Detail.Number("mid_layer", record.MiddleLayer),
            Detail.Number("low_layer", record.LowLayer),
            Detail.Hex("addr", record.Address),
            Detail.Number("grain", 1L << Math.Min((int)record.GrainBits, 62)),
            Detail.Hex("syndrome", record.Syndrome),
            Detail.Text("driver", EventWho.ZeroTerminated(record.DriverDetail)),
        ]);
    }

    // include/linux/edac.h: enum hw_event_mc_err_type
    private static ErrorType TypeOf(uint type) => type switch
    {
        0 => ErrorType.Corrected,
        1 => ErrorType.UncorrectedRecoverable,
        2 => ErrorType.UncorrectedDeferred,
        3 => ErrorType.UncorrectedFatal,
        4 => ErrorType.Info,
        _ => ErrorType.Unknown,
    };
}
