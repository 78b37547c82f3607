using System.Diagnostics;
using System.Runtime.InteropServices;
using Huatuo.Bench.Native;
using Huatuo.Bench.Site;

namespace Huatuo.Bench.Overhead;

/// <summary>A file on the disk to read past the page cache, until it is disposed of.</summary>
internal sealed class DirectFile : IDisposable
{
    private const int BlockBytes = 4096;

    // MiB.
    private const int Size = 128;

    private DirectFile(string path) => Path = path;

    internal string Path { get; }

    public void Dispose() => File.Delete(Path);

    internal static async Task<DirectFile> WriteAsync(BenchRun run)
    {
        var file = new DirectFile(System.IO.Path.Combine(run.Scratch, $"direct-{Environment.ProcessId}.data"));
        try
        {
            await Command.RunAsync(run.Stop, "dd", "if=/dev/zero", $"of={file.Path}", "bs=1M", $"count={Size}", "conv=fsync", "status=none");
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads one block after the other.</summary>
    /// <param name="cpu">Where.</param>
    /// <param name="blocks">How many; there are 32,768.</param>
    /// <returns>Of a block.</returns>
    internal async Task<LoadTime> ReadAsync(int cpu, int blocks)
    {
        TimeSpan before = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        await Affinity.RunOn(cpu, "bench-read", () => Read(blocks));
        return new LoadTime((Environment.CpuUsage.TotalTime - before).TotalNanoseconds / blocks, Stopwatch.GetElapsedTime(start).TotalNanoseconds / blocks, blocks);
    }

    private unsafe int Read(int blocks)
    {
        void* block = NativeMemory.AlignedAlloc(BlockBytes, BlockBytes);
        int file = Libc.open(Path, Libc.O_CLOEXEC | Libc.O_DIRECT);
        try
        {
            for (int i = 0; i < blocks; i++)
                if (Libc.read(file, block, BlockBytes) != BlockBytes)
                    throw new BenchException($"{Path} cannot be read past the page cache");
            return blocks;
        }
        finally
        {
            _ = Libc.close(file);
            NativeMemory.AlignedFree(block);
        }
    }
}
