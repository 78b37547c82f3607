using System.Buffers.Binary;
using Huatuo.Bench.Native;

namespace Huatuo.Bench.Faults;

/// <summary>The time of day as one process sees it, by <c>movedclock.c</c>. The machine's clock stays as it is.</summary>
internal sealed class MovedClock : IDisposable
{
    private readonly string _library;
    private readonly string _file;
    private readonly FileStream _away;

    private MovedClock(string library, string file)
    {
        _library = library;
        _file = file;
        _away = new FileStream(file, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        Move(TimeSpan.Zero);
    }

    /// <summary>What stands before the program.</summary>
    internal string[] Prefix => ["env", $"LD_PRELOAD={_library}", $"MOVED_CLOCK={_file}"];

    /// <summary>Makes one that is right.</summary>
    internal static async Task<MovedClock> CreateAsync(BenchRun run) => new(await NativeBuild.MovedClockAsync(run), Path.Combine(run.Scratch, "faults.clock"));

    /// <summary>Sets it so far from the machine's clock.</summary>
    internal void Move(TimeSpan away)
    {
        byte[] nanoseconds = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(nanoseconds, away.Ticks * 100);
        _away.Position = 0;
        _away.Write(nanoseconds);
    }

    public void Dispose()
    {
        _away.Dispose();
        File.Delete(_file);
    }
}
