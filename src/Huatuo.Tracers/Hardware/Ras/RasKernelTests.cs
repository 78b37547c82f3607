using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Huatuo.Flow.Tracing;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.Tracers.Hardware.Ras;

/// <summary>Errors that the kernel is made to believe in, by its own injectors.</summary>
public sealed class RasKernelTests
{
    private const string MceInject = "/sys/kernel/debug/mce-inject";

    [Theory]
    [InlineData(Transport.RingBuffer)]
    [InlineData(Transport.Perf)]
    public async Task Every_hook_that_the_kernel_has_is_attached_and_tells_nothing_by_itself(Transport transport)
    {
        await using RunningTracer tracer = await RunningTracer.StartAsync(new RasTracer(), new RasOptions { Transport = transport });
        await tracer.StopAsync();
        tracer.Sink.CheckSilent();
        Balance.Check(tracer);
    }

    [Theory]
    [InlineData("0x9c00000000000136", "Corrected", "VAL EN MISCV ADDRV", "data cache, level L2: data read")]
    [InlineData("0xba00000000000005", "UncorrectedFatal", "VAL UC EN MISCV PCC", "internal parity")]
    public async Task A_machine_check_is_told(string status, string type, string flags, string error)
    {
        DisposableMachine.Require();
        DisposableMachine.RequireModule("mce-inject");
        await using RunningTracer tracer = await RunningTracer.StartAsync(new RasTracer(), new RasOptions());
        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        foreach ((string file, string value) in new[] { ("flags", "sw"), ("status", status), ("addr", "0x12345000"), ("misc", "0x8c"), ("cpu", "0"), ("bank", "1") })
            File.WriteAllText(Path.Combine(MceInject, file), value + "\n");
        JsonElement document = await tracer.Sink.WaitAsync(found => found.GetProperty("tracer_data").GetProperty("event").GetString() == "MCE", "the machine check");
        DateTimeOffset after = TimeProvider.System.GetUtcNow();

        const string info = "tracer_data.info.";
        var expected = Expected(document, before, after, "CPU/MEM", "MCE", type)
            .Is(info + "banks_msr_status", status).Is(info + "banks_msr_addr", "0x12345000").Is(info + "banks_msr_misc", "0x8c")
            .Is(info + "bank", 1).Is(info + "cpu", 0).Is(info + "status_flags", flags).Is(info + "error", error)
            .Matches(info + "cpuvendor", "intel|amd").Matches(info + "walltime", @"\d{10}").Matches(info + "cpuid", "0x[0-9a-f]+");
        foreach (string field in (string[])["mcg_cpu_cap", "mcg_msr_status", "mca_synd_msr", "mca_ipid_msr", "instr_pointer"])
            expected.Matches(info + field, "0x[0-9a-f]+");
        foreach (string field in (string[])["tsc_timestamp", "apicid", "socketid", "code_seg"])
            expected.Matches(info + field, @"\d+");
        expected.Check(document);
        await StopAsync(tracer);
    }

    [Theory]
    [InlineData(0u, 1u, "Corrected", "Receiver Error", "0x1", "not available")]
    [InlineData(0x1000u, 0u, "UncorrectedRecoverable", "Poisoned TLP", "0x1000", "{0x1,0x2,0x3,0x4}")]
    public async Task An_error_of_PCI_Express_is_told(uint uncorrectable, uint correctable, string type, string reason, string status, string header)
    {
        DisposableMachine.Require();
        DisposableMachine.RequireModule("aer_inject");
        string? device = EndpointWithAer();
        Assert.SkipWhen(device is null, "needs a PCI Express device with AER below a root port");
        await using RunningTracer tracer = await RunningTracer.StartAsync(new RasTracer(), new RasOptions());
        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        await File.WriteAllBytesAsync("/dev/aer_inject", Injection(device, uncorrectable, correctable), TestContext.Current.CancellationToken);
        JsonElement document = await tracer.Sink.WaitAsync(found => found.GetProperty("tracer_data").GetProperty("event").GetString() == "AER", "the error");
        DateTimeOffset after = TimeProvider.System.GetUtcNow();

        Expected(document, before, after, "PCIe " + device, "AER", type)
            .Is("tracer_data.info.dev_name", device).Is("tracer_data.info.err_type", type).Is("tracer_data.info.err_reason", reason)
            .Is("tracer_data.info.status", status).Is("tracer_data.info.tlp_header", header).Check(document);
        await StopAsync(tracer);
    }

    [Fact]
    public async Task A_page_that_breaks_is_told()
    {
        DisposableMachine.Require();
        DisposableMachine.RequireTracepoint("memory_failure_event");
        await using RunningTracer tracer = await RunningTracer.StartAsync(new RasTracer(), new RasOptions());
        DateTimeOffset before = TimeProvider.System.GetUtcNow();
        // MADV_HWPOISON of a page of its own; the kernel answers with SIGBUS.
        using Process victim = Command.Start("perl", "-e", "$m = 'x' x 12288; $a = unpack('J', pack('P', $m)); syscall(28, ($a + 4095) & ~4095, 4096, 100); die $!");
        JsonElement document = await tracer.Sink.WaitAsync(found => found.GetProperty("tracer_data").GetProperty("event").GetString() == "MEMORY_FAILURE", "the page");
        DateTimeOffset after = TimeProvider.System.GetUtcNow();
        await victim.WaitForExitAsync(TestContext.Current.CancellationToken);

        ulong pfn = ulong.Parse(document.GetProperty("tracer_data").GetProperty("info").GetProperty("pfn").GetString().AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        Expected(document, before, after, "MEM", "MEMORY_FAILURE", "UncorrectedRecoverable")
            .Hex("tracer_data.info.pfn", pfn).Hex("tracer_data.info.addr", pfn * 4096)
            .Matches("tracer_data.info.page_type", "(DIRTY|CLEAN)_LRU").Is("tracer_data.info.result", "RECOVERED").Check(document);
        await StopAsync(tracer);
    }

    private static ExpectedDocument Expected(JsonElement document, DateTimeOffset before, DateTimeOffset after, string device, string name, string type) =>
        new ExpectedDocument().Envelope(document, "ras", before, after).Is("tracer_data.dev", device).Is("tracer_data.event", name).Is("tracer_data.type", type);

    private static async Task StopAsync(RunningTracer tracer)
    {
        await tracer.StopAsync();
        Assert.Single(tracer.Sink.Documents);
        Balance.Check(tracer);
    }

    private static string? EndpointWithAer() => Directory.GetDirectories("/sys/bus/pci/devices")
        .Where(path => File.Exists(Path.Combine(path, "aer_dev_correctable")) && !Directory.Exists(Path.Combine(path, "pci_bus")))
        .Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal).FirstOrDefault();

    // struct aer_error_inj (drivers/pci/pcie/aer_inject.c): bus, device, function, then the two statuses, the header and the domain.
    private static byte[] Injection(string device, uint uncorrectable, uint correctable)
    {
        string[] parts = device.Split(':', '.');
        byte[] bytes = new byte[32];
        for (int i = 0; i < 3; i++)
            bytes[i] = byte.Parse(parts[1 + i], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        uint[] words = [uncorrectable, correctable, 1, 2, 3, 4, uint.Parse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture)];
        for (int i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 + (4 * i)), words[i]);
        return bytes;
    }
}
