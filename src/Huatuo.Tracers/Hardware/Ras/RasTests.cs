using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Huatuo.Flow.Ledger;
using Huatuo.Flow.Metrics;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Hardware.Ras;

public sealed class RasTests
{
    private const byte Intel = 0, Amd = 2;
    private const string Observed = "\"observed_timestamp\":\"2026-01-02T03:04:05.678901234Z\"";

    private static readonly Dictionary<string, IReadOnlyDictionary<uint, string>> s_enums = new()
    {
        ["mf_action_page_type"] = new Dictionary<uint, string> { [13] = "MF_MSG_DIRTY_LRU" },
        ["mf_result"] = new Dictionary<uint, string> { [2] = "MF_DELAYED", [3] = "MF_RECOVERED" },
    };

    public static TheoryData<byte[], string, string> Records => new()
    {
        {
            Bytes(MachineCheck(0xbd80000000100134, Intel)),
            """{"dev":"CPU/MEM","event":"MCE","type":"UncorrectedRecoverable","info":{"mcg_cpu_cap":"0x1000c16","mcg_msr_status":"0x5","banks_msr_status":"0xbd80000000100134","banks_msr_addr":"0x12345000","banks_msr_misc":"0x8c","mca_synd_msr":"0x0","mca_ipid_msr":"0x0","instr_pointer":"0xffffffff81000000","tsc_timestamp":77,"walltime":1767323045,"cpu":3,"cpuid":"0x50654","apicid":6,"socketid":1,"code_seg":16,"bank":1,"cpuvendor":"intel","status_flags":"VAL UC EN MISCV ADDRV S AR","error":"data cache, level L0: data read"}}""",
            "MCE UncorrectedRecoverable dev=\"CPU/MEM\" mcg_cpu_cap=0x1000c16 mcg_msr_status=0x5 banks_msr_status=0xbd80000000100134 banks_msr_addr=0x12345000 banks_msr_misc=0x8c mca_synd_msr=0x0 mca_ipid_msr=0x0 instr_pointer=0xffffffff81000000 tsc_timestamp=77 walltime=1767323045 cpu=3 cpuid=0x50654 apicid=6 socketid=1 code_seg=16 bank=1 cpuvendor=intel status_flags=\"VAL UC EN MISCV ADDRV S AR\" error=\"data cache, level L0: data read\""
        },
        {
            Bytes(Of(new ThresholdRecord { Vector = 249 }, RasSource.Threshold)),
            """{"dev":"CPU","event":"MCE_THRESHOLD","type":"Corrected","info":{"vector":249,"cpu":2}}""",
            "MCE_THRESHOLD Corrected dev=\"CPU\" vector=249 cpu=2"
        },
        {
            Bytes(MemoryController()),
            """{"dev":"MEM","event":"EDAC","type":"Corrected","info":{"err_count":2,"err_type":"Corrected","err_msg":"memory read error","label":"CPU_SrcID#0_Ha#0_Chan#1_DIMM#0","mc_index":1,"top_layer":0,"mid_layer":1,"low_layer":-1,"addr":"0x3fffff000","grain":32,"syndrome":"0xdead","driver":"area:DRAM err_code:0001:0091"}}""",
            "EDAC Corrected dev=\"MEM\" err_count=2 err_type=Corrected err_msg=\"memory read error\" label=CPU_SrcID#0_Ha#0_Chan#1_DIMM#0 mc_index=1 top_layer=0 mid_layer=1 low_layer=-1 addr=0x3fffff000 grain=32 syndrome=0xdead driver=\"area:DRAM err_code:0001:0091\""
        },
        {
            Firmware(severity: 2, length: 5000, 0xde, 0xad, 0xbe, 0xef),
            """{"dev":"ACPI","event":"NON_STANDARD","type":"UncorrectedRecoverable","info":{"severity":2,"sec_type":"d995e954-bbc1-430f-ad91-b44dcb3c6f35","fru_id":"00000000-0000-0000-0000-000000000000","fru_text":"slot 3","data_len":5000,"raw_data":"deadbeef"}}""",
            "NON_STANDARD UncorrectedRecoverable dev=\"ACPI\" severity=2 sec_type=d995e954-bbc1-430f-ad91-b44dcb3c6f35 fru_id=00000000-0000-0000-0000-000000000000 fru_text=\"slot 3\" data_len=5000 raw_data=deadbeef"
        },
        {
            Bytes(Pcie(0x11000, severity: 1)),
            """{"dev":"PCIe 0000:01:00.0","event":"AER","type":"UncorrectedFatal","info":{"dev_name":"0000:01:00.0","err_type":"UncorrectedFatal","err_reason":"Unexpected Completion, Poisoned TLP","status":"0x11000","tlp_header":"{0x4a000001,0x2,0x3,0x4}"}}""",
            "AER UncorrectedFatal dev=\"PCIe 0000:01:00.0\" dev_name=0000:01:00.0 err_type=UncorrectedFatal err_reason=\"Unexpected Completion, Poisoned TLP\" status=0x11000 tlp_header={0x4a000001,0x2,0x3,0x4}"
        },
        {
            Bytes(Of(new ArmRecord { Validation = 7, Mpidr = 0x81000000, Midr = 0x410fd0c1, RunningState = 0, PsciState = 0x10, Affinity = 1, Severity = 1, Cpu = 4 }, RasSource.Arm)),
            """{"dev":"CPU","event":"ARM_GHES","type":"Corrected","info":{"mpidr":"0x81000000","midr":"0x410fd0c1","running_state":"stopped","psci_state":"0x10","affinity_level":1,"cpu":4}}""",
            "ARM_GHES Corrected dev=\"CPU\" mpidr=0x81000000 midr=0x410fd0c1 running_state=stopped psci_state=0x10 affinity_level=1 cpu=4"
        },
        {
            Bytes(Of(new ArmRecord { Validation = 4, Midr = 0x410fd0c1, RunningState = 1, Severity = uint.MaxValue, Cpu = -1 }, RasSource.Arm)),
            """{"dev":"CPU","event":"ARM_GHES","type":"unknown","info":{"midr":"0x410fd0c1","running_state":"running"}}""",
            "ARM_GHES unknown dev=\"CPU\" midr=0x410fd0c1 running_state=running"
        },
        {
            Bytes(Of(new MemoryFailureRecord { Pfn = 0x1234, PageType = 13, Result = 3 }, RasSource.MemoryFailure)),
            """{"dev":"MEM","event":"MEMORY_FAILURE","type":"UncorrectedRecoverable","info":{"pfn":"0x1234","addr":"0x1234000","page_type":"DIRTY_LRU","result":"RECOVERED"}}""",
            "MEMORY_FAILURE UncorrectedRecoverable dev=\"MEM\" pfn=0x1234 addr=0x1234000 page_type=DIRTY_LRU result=RECOVERED"
        },
    };

    [Theory]
    [MemberData(nameof(Records))]
    public async Task A_record_becomes_a_document(byte[] record, string data, string text)
    {
        await using TracerStand stand = await Start();
        Assert.True(stand.OnRecord(record));
        using JsonDocument document = JsonDocument.Parse(stand.Sink.Last);
        Assert.Equal("{" + Observed + "," + data[1..], document.RootElement.GetProperty("tracer_data").GetRawText());
        Assert.Equal("2026-01-02T03:04:05.678901234Z " + text, stand.Definition.FormatText(document.RootElement));
    }

    [Theory]
    [MemberData(nameof(Records))]
    public async Task A_record_that_is_cut_off_is_none(byte[] record, string data, string text)
    {
        Assert.NotEqual(data, text);
        await using TracerStand stand = await Start();
        for (int length = 0; length < record.Length; length++)
            Assert.False(stand.OnRecord(record.AsSpan(0, length)), $"{length} bytes");
        Assert.Equal(0, stand.Sink.Count);
    }

    [Fact]
    public async Task Random_and_changed_bytes_are_no_record_or_give_a_document()
    {
        await using TracerStand stand = await Start();
        byte[][] records = [.. Records.Select(row => row.Data.Item1)];
        for (int seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            byte[] record = [.. records[random.Next(records.Length)]];
            for (int change = random.Next(1, 12); change > 0; change--)
                record[random.Next(record.Length)] = (byte)random.Next(256);
            if (random.Next(4) == 0)
                record[Unsafe.SizeOf<RasRecord>() - 8] = (byte)random.Next(9);
            int before = stand.Sink.Count;
            if (!stand.OnRecord(random.Next(4) == 0 ? record.AsSpan(0, random.Next(record.Length)) : record) || stand.Sink.Count == before)
                continue;
            using JsonDocument document = JsonDocument.Parse(stand.Sink.Last);
            Assert.DoesNotContain(stand.Definition.FormatText(document.RootElement), char.IsControl);
        }
        Assert.True(stand.Sink.Count > 1000);
        Assert.Equal(0, stand.Ledger.Dropped(DropStage.Encode));
    }

    [Fact]
    public async Task Threshold_interrupts_are_held_back_and_counted()
    {
        await using TracerStand stand = await Start();
        byte[] record = Bytes(Of(default(ThresholdRecord), RasSource.Threshold));
        for (int i = 0; i < 3; i++)
            Assert.True(stand.OnRecord(record));
        Assert.Equal((1, 2L), (stand.Sink.Count, stand.Ledger.Suppressed(SuppressReason.Backoff)));
        Assert.Equal([("thr", 3L)], Counted(stand.Counters));

        await using TracerStand all = await Start(new RasOptions { ThresholdBackoff = TimeSpan.Zero });
        for (int i = 0; i < 3; i++)
            Assert.True(all.OnRecord(record));
        Assert.Equal(3, all.Sink.Count);
    }

    [Theory]
    [InlineData(0x9c00000000000080, 0, Intel, ErrorType.Corrected)]
    [InlineData(0x9c00100000000080, 0, Intel, ErrorType.Corrected)] // bit 44 counts
    [InlineData(0x9c00100000000080, 0, Amd, ErrorType.UncorrectedDeferred)]
    [InlineData(0xbc00000000000080, 0, Intel, ErrorType.UncorrectedRecoverable)]
    [InlineData(0xbc00000000000080, 1 << 24, Intel, ErrorType.UncorrectedDeferred)]
    [InlineData(0xbd80000000000080, 1 << 24, Intel, ErrorType.UncorrectedRecoverable)]
    [InlineData(0xbe00000000000080, 1 << 24, Intel, ErrorType.UncorrectedFatal)]
    [InlineData(0xbe00000000000080, 0, Amd, ErrorType.UncorrectedFatal)]
    public void A_banks_status_says_how_bad_it_is(ulong status, ulong mcgCap, byte vendor, object type) =>
        Assert.Equal(type, MachineChecks.TypeOf(status, mcgCap, vendor));

    [Theory]
    [InlineData(0x0000, "no error")]
    [InlineData(0x0005, "internal parity")]
    [InlineData(0x000f, "cache hierarchy, level generic")]
    [InlineData(0x0015, "data TLB, level L1")]
    [InlineData(0x0091, "memory controller: read, channel 1")]
    [InlineData(0x00cf, "memory controller: scrubbing")]
    [InlineData(0x0402, "internal unclassified")]
    [InlineData(0x0400, "internal timer")]
    [InlineData(0x0e0b, "I/O")]
    [InlineData(0x0151, "instruction cache, level L1: instruction fetch")]
    [InlineData(0x1179, "generic cache, level L1: eviction")]
    [InlineData(0x0a13, "bus or interconnect: read, local processor as responder, memory, level generic")]
    [InlineData(0x0d0e, "bus or interconnect: error, observed by third party, other, level L2, timed out")]
    [InlineData(0x0290, "memory as cache: read, channel 0")]
    [InlineData(0xffff, "code 0xffff")]
    public void An_error_code_has_words(int code, string words) => Assert.Equal(words, McaErrorCode.Words((ushort)code));

    [Fact]
    public void Every_error_code_has_words() =>
        Assert.All(Enumerable.Range(0, 0x10000), code => Assert.NotEmpty(McaErrorCode.Words((ushort)code)));

    private static Task<TracerStand> Start(RasOptions? options = null) => TracerStand.StartAsync(new RasTracer(), s_enums, options);

    private static List<(string, long)> Counted(TracerCounters counters)
    {
        var seen = new CountedLabels();
        counters.Write(seen);
        return seen.Samples;
    }

    private static MachineCheckRecord MachineCheck(ulong status, byte vendor) => Of(
        new MachineCheckRecord
        {
            McgCap = 0x1000c16,
            McgStatus = 5,
            Status = status,
            Address = 0x12345000,
            Misc = 0x8c,
            Ip = 0xffffffff81000000,
            Tsc = 77,
            Walltime = 1767323045,
            Cpu = 3,
            Cpuid = 0x50654,
            Apicid = 6,
            Socketid = 1,
            Cs = 16,
            Bank = 1,
            Vendor = vendor,
        },
        RasSource.MachineCheck);

    private static MemoryControllerRecord MemoryController()
    {
        MemoryControllerRecord record = Of(
            new MemoryControllerRecord
            {
                Address = 0x3fffff000,
                Syndrome = 0xdead,
                ErrorCount = 2,
                Controller = 1,
                MiddleLayer = 1,
                LowLayer = -1,
                GrainBits = 5,
            },
            RasSource.MemoryController);
        "memory read error"u8.CopyTo(record.Message);
        "CPU_SrcID#0_Ha#0_Chan#1_DIMM#0"u8.CopyTo(record.Label);
        "area:DRAM err_code:0001:0091"u8.CopyTo(record.DriverDetail);
        return record;
    }

    private static byte[] Firmware(uint severity, uint length, params byte[] data)
    {
        FirmwareRecord record = Of(new FirmwareRecord { Severity = severity, Length = length, DataBytes = (uint)data.Length }, RasSource.Firmware);
        new Guid("d995e954-bbc1-430f-ad91-b44dcb3c6f35").TryWriteBytes(record.SectionType);
        "slot 3"u8.CopyTo(record.FruText);
        return [.. Bytes(record), .. data];
    }

    private static PcieRecord Pcie(uint status, uint severity)
    {
        PcieRecord record = Of(new PcieRecord { Status = status, Severity = severity, TlpHeaderValid = 1 }, RasSource.Pcie);
        "0000:01:00.0"u8.CopyTo(record.Device);
        ((ReadOnlySpan<uint>)[0x4a000001, 2, 3, 4]).CopyTo(record.TlpHeader);
        return record;
    }

    private static T Of<T>(T record, RasSource source)
        where T : struct
    {
        ref RasRecord head = ref Unsafe.As<T, RasRecord>(ref record);
        head.Header.MonotonicNs = 1_000_000_000_000;
        head.Header.Cpu = 2;
        head.Source = (uint)source;
        return record;
    }

    private static byte[] Bytes<T>(T record)
        where T : struct => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in record)).ToArray();

    private sealed class CountedLabels : MetricWriter
    {
        internal List<(string, long)> Samples { get; } = [];

        public override void Family(string name, MetricKind kind, string help) => Assert.Equal("huatuo_ras_errors_total", name);

        public override void Sample(double value, params ReadOnlySpan<Label> labels) => Samples.Add((labels[0].Value, (long)value));
    }
}
