using System.Runtime.InteropServices;

namespace Huatuo.Kernel.Tests.Harness;

/// <summary>
/// A FUSE mount that answers its first request and nothing else: whoever looks into it waits, uninterruptibly once it was
/// killed (fs/fuse/dev.c: request_wait_answer).
/// </summary>
internal sealed class SilentFileSystem : IDisposable
{
    // include/uapi/linux/fuse.h: FUSE_INIT, FUSE_INTERRUPT, FUSE_PARALLEL_DIROPS.
    private const uint Init = 26, Interrupt = 36, ParallelLookups = 1 << 18;
    private readonly int _device;
    private readonly bool _isParallel;
    private readonly Thread _server;
    private readonly SemaphoreSlim _asked = new(0);

    /// <param name="parallel">Whether each of those that look into it asks, and waits for its own answer; else all but the first wait for the first.</param>
    internal SilentFileSystem(bool parallel = false)
    {
        _isParallel = parallel;
        Path = Directory.CreateTempSubdirectory("huatuo-silent-").FullName;
        _device = Native.Check(Native.open("/dev/fuse", Native.O_RDWR | Native.O_CLOEXEC), "open /dev/fuse");
        if (Native.mount("huatuo-silent", Path, "fuse", 0, $"fd={_device},rootmode=40000,user_id=0,group_id=0") != 0)
        {
            string error = Linux.Interop.Errno.Describe(Marshal.GetLastPInvokeError());
            _ = Native.close(_device);
            Directory.Delete(Path);
            throw new InvalidOperationException($"mount a FUSE file system: {error}");
        }
        _server = new Thread(Serve) { IsBackground = true, Name = "silent-fs" };
        _server.Start();
    }

    internal string Path { get; }

    /// <summary>Completes when so many more wait for an answer.</summary>
    internal async Task AskedAsync(int waiters = 1)
    {
        for (; waiters > 0; waiters--)
            Assert.True(await _asked.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken), $"{waiters} more were to look into {Path}");
    }

    /// <summary>Ends all waiting, and unmounts.</summary>
    internal void Abort() => _ = Native.umount2(Path, Native.MNT_FORCE | Native.MNT_DETACH);

    public void Dispose()
    {
        Abort();
        _server.Join();
        _ = Native.close(_device);
        Directory.Delete(Path);
    }

    // Each request is taken, so that its waiter cannot be called back; the reads end with the mount.
    private unsafe void Serve()
    {
        const int room = 1 << 17;
        byte* request = (byte*)NativeMemory.Alloc(room);
        while (Native.read(_device, request, room) > 0)
        {
            uint what = ((uint*)request)[1];
            if (what == Init)
                Answer(((ulong*)request)[1]);
            else if (what != Interrupt)
                _asked.Release();
        }
        NativeMemory.Free(request);
    }

    // struct fuse_out_header, then struct fuse_init_out of protocol 7.31.
    private unsafe void Answer(ulong unique)
    {
        const int header = 4, words = header + 16;
        uint* answer = stackalloc uint[words];
        new Span<uint>(answer, words).Clear();
        answer[0] = words * sizeof(uint);
        *(ulong*)(answer + 2) = unique;
        answer[header] = 7;
        answer[header + 1] = 31;
        answer[header + 2] = 65536;
        answer[header + 3] = _isParallel ? ParallelLookups : 0;
        answer[header + 4] = 12 | (10 << 16);
        answer[header + 5] = 65536;
        answer[header + 6] = 1;
        _ = Native.write(_device, answer, words * sizeof(uint));
    }
}
