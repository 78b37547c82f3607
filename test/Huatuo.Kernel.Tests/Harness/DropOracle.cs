using System.Globalization;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>
/// Records all drops of the machine through an instance of tracefs: another reader of the same tracepoint that shares
/// nothing with the tracer.
/// </summary>
internal sealed class DropOracle : IDisposable
{
    // include/linux/trace_events.h: enum trace_flag_type.
    private const ulong HardirqOrNmi = 0x48, Softirq = 0x10;

    private const string Event = "events/skb/kfree_skb/";

    /// <summary>Why a test of reasons cannot run here.</summary>
    internal const string NoReasons = "this kernel lacks reasons of drops (5.17)";

    private readonly string _instance = Path.Combine(PrivateMounts.Tracefs, "instances", string.Create(CultureInfo.InvariantCulture, $"huatuo-test-{Environment.ProcessId}-{Guid.NewGuid():N}"));

    internal DropOracle()
    {
        Directory.CreateDirectory(_instance);
        try
        {
            Write("trace_clock", "mono");
            Write("buffer_size_kb", "4096");
            Write(Event + "enable", "1");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Whether the kernel tells why it drops a packet.</summary>
    internal static bool TellsReasons => Format().Has("reason");

    /// <summary>Now, on the clock of <see cref="OracleDrop.Time"/>.</summary>
    internal static TimeSpan Now => System.Diagnostics.Stopwatch.GetElapsedTime(0);

    /// <summary>A reason as this kernel tells it.</summary>
    internal static string Reason(string name) => TellsReasons ? name : OracleDrop.NoReason;

    /// <summary>Ends the recording.</summary>
    /// <exception cref="InvalidOperationException">The recording is not complete.</exception>
    internal IReadOnlyList<OracleDrop> Stop()
    {
        Write(Event + "enable", "0");
        var format = Format();
        ILookup<int, string> names = File.ReadLines(Path.Combine(PrivateMounts.Tracefs, "saved_cmdlines"))
            .Select(line => line.Split(' ', 2)).ToLookup(line => int.Parse(line[0], CultureInfo.InvariantCulture), line => line[1]);
        List<OracleDrop> drops = [];
        foreach (string folder in Directory.GetDirectories(Path.Combine(_instance, "per_cpu")))
        {
            foreach (string line in File.ReadLines(Path.Combine(folder, "stats")))
                if (line.StartsWith("overrun: ", StringComparison.Ordinal) && line != "overrun: 0")
                    throw new InvalidOperationException($"the oracle's buffer overflowed: {folder} {line}");
            int cpu = int.Parse(Path.GetFileName(folder)["cpu".Length..], CultureInfo.InvariantCulture);
            drops.AddRange(TracePages.Take(Path.Combine(folder, "trace_pipe_raw")).Select(entry => Parse(format, names, cpu, entry.Time, entry.Record)));
        }
        return [.. drops.OrderBy(drop => drop.Time)];
    }

    public void Dispose() => Directory.Delete(_instance);

    private static TraceFormat Format() => new(File.ReadAllText(Path.Combine(PrivateMounts.Tracefs, Event, "format")));

    private static OracleDrop Parse(TraceFormat format, ILookup<int, string> names, int cpu, ulong time, byte[] record)
    {
        int tid = (int)format.Read(record, "common_pid");
        ulong flags = format.Read(record, "common_flags");
        return new OracleDrop(
            TimeSpan.FromTicks((long)time / TimeSpan.NanosecondsPerTick),
            cpu,
            names[tid].FirstOrDefault("<...>"),
            tid,
            (flags & HardirqOrNmi) != 0 ? "hardirq" : (flags & Softirq) != 0 ? "softirq" : "task",
            format.Read(record, "skbaddr"),
            format.Read(record, "location"),
            format.Has("reason") ? format.Name(format.Read(record, "reason")) : OracleDrop.NoReason);
    }

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(_instance, file), text);
}
