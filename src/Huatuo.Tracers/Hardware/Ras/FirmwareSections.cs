using System.Runtime.InteropServices;
using Huatuo.Flow.Enrich;

namespace Huatuo.Tracers.Hardware.Ras;

/// <summary>Sections of firmware's error reports that the kernel has no words for (UEFI specification, appendix N).</summary>
internal static class FirmwareSections
{
    /// <summary>Decodes a record with the section that follows it.</summary>
    /// <returns>Null when the record tells of more bytes than there are.</returns>
    internal static HardwareError? Decode(ReadOnlySpan<byte> bytes)
    {
        ref readonly FirmwareRecord record = ref MemoryMarshal.AsRef<FirmwareRecord>(bytes);
        if (record.DataBytes > bytes.Length - FirmwareRecord.Size)
            return null;
        return new(RasSource.Firmware, "ACPI", GhesSeverity.Type(record.Severity),
        [
            Detail.Number("severity", record.Severity),
            Detail.Text("sec_type", new Guid(record.SectionType).ToString()),
            Detail.Text("fru_id", new Guid(record.FruId).ToString()),
            Detail.Text("fru_text", EventWho.ZeroTerminated(record.FruText)),
            Detail.Number("data_len", record.Length),
            Detail.Text("raw_data", Convert.ToHexStringLower(bytes.Slice(FirmwareRecord.Size, (int)record.DataBytes))),
        ]);
    }
}
