using Huatuo.Flow.Tracing;

namespace Huatuo.Tracers.Hardware.Ras;

/// <summary>Pages that the kernel takes out of use because their memory is broken (mm/memory-failure.c).</summary>
/// <param name="names">The kernel's enums: its numbers change from version to version.</param>
internal sealed class MemoryFailures(EnumNames names)
{
    private const string PageTypePrefix = "MF_MSG_", ResultPrefix = "MF_";

    internal HardwareError Decode(in MemoryFailureRecord record)
    {
        IReadOnlyList<IReadOnlyDictionary<uint, string>> enums = names.Of("mf_action_page_type", "mf_result");
        string result = Name(enums[1], record.Result, ResultPrefix);
        return new(RasSource.MemoryFailure, "MEM", TypeOf(result),
        [
            Detail.Hex("pfn", record.Pfn),
            Detail.Hex("addr", record.Pfn * (ulong)Environment.SystemPageSize),
            Detail.Text("page_type", Name(enums[0], record.PageType, PageTypePrefix)),
            Detail.Text("result", result),
        ]);
    }

    private static string Name(IReadOnlyDictionary<uint, string> values, uint value, string prefix) =>
        values.TryGetValue(value, out string? name) && name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : $"{value}";

    // A page that is ignored or could not be helped stays where it is, broken.
    private static ErrorType TypeOf(string result) => result switch
    {
        "RECOVERED" => ErrorType.UncorrectedRecoverable,
        "DELAYED" => ErrorType.UncorrectedDeferred,
        "FAILED" or "IGNORED" => ErrorType.UncorrectedFatal,
        _ => ErrorType.Unknown,
    };
}
