using System.Runtime.InteropServices;
using System.Text.Json;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.{{group}}.{{Name}};

/// <summary>Records to documents, without a kernel.</summary>
public sealed class {{Name}}Tests
{
    private static readonly Dictionary<string, IReadOnlyDictionary<uint, string>> s_enums = [];

    [Fact]
    public async Task A_record_becomes_a_document()
    {
        var record = default({{Name}}Record);
        record.Header.MonotonicNs = 1;
        record.Header.Tgid = 100;
        record.Header.Tid = 101;
        record.Header.Cpu = 1;
        record.Header.MemoryCgroupCss = 0xffff_8880_0000_1000;
        "sh"u8.CopyTo(record.Header.Comm);
        await using TracerStand stand = await TracerStand.StartAsync(new {{Name}}Tracer(), s_enums);

        Assert.True(stand.OnRecord(Bytes(record)));

        using JsonDocument document = JsonDocument.Parse(stand.Sink.Last);
        JsonElement data = document.RootElement.GetProperty("tracer_data");
        string observed = data.GetProperty("observed_timestamp").GetString()!;
        Assert.Equal(
            $$"""{"observed_timestamp":"{{observed}}","context":"task","cpu":1,"comm":"sh","pid":100,"tid":101,"memory_cgroup_css_addr":"0xffff888000001000"}""",
            data.GetRawText());
    }

    [Fact]
    public async Task A_shorter_record_is_none()
    {
        await using TracerStand stand = await TracerStand.StartAsync(new {{Name}}Tracer(), s_enums);
        for (int length = 0; length < {{Name}}Record.Size; length++)
            Assert.False(stand.OnRecord(new byte[length]));
        Assert.Equal(0, stand.Sink.Count);
    }

    private static byte[] Bytes({{Name}}Record record) => MemoryMarshal.AsBytes(new ReadOnlySpan<{{Name}}Record>(in record)).ToArray();
}
