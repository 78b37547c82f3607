using System.IO.Compression;
using Huatuo.Store.Files;
using Huatuo.Store.Queues;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Store.LocalFile;

/// <summary>Compresses rotated files, and removes those that are too many bytes or too old. A thread of its own, of low
/// urgency: nobody waits for it.</summary>
internal sealed unsafe class ArchiveThread
{
    private readonly object _gate = new();
    private readonly CurrentOptions<LocalFileOptions> _current;
    private readonly TimeProvider _time;
    private readonly SinkTrouble _trouble;
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (string Tracer, RotatedFiles Files)[] _tracers = [];
    private bool _started;
    private bool _changed;
    private bool _failed;
    private volatile bool _stopping;

    public ArchiveThread(CurrentOptions<LocalFileOptions> current, TimeProvider time, SinkTrouble trouble)
    {
        _current = current;
        _time = time;
        _trouble = trouble;
        Changed();
    }

    private LocalFileOptions Options => _current.Value;

    /// <summary>Ends when the thread has ended after <see cref="Stop"/>.</summary>
    public Task Done => _done.Task;

    /// <summary>Looks after one more tracer's files.</summary>
    /// <param name="tracer">The tracer.</param>
    /// <param name="path">Its current file.</param>
    public RotatedFiles Files(string tracer, string path)
    {
        var files = new RotatedFiles(path);
        lock (_gate)
        {
            _tracers = [.. _tracers, (tracer, files)];
            Wake();
        }
        return files;
    }

    /// <summary>Other options hold; the thread starts as soon as some want it.</summary>
    public void Changed()
    {
        lock (_gate)
        {
            if (!_started && !_stopping && (Options.Compress || Options.AllBounds.Any(bounds => bounds is { MaxBytes: > 0 } or { MaxAge.Ticks: > 0 })))
            {
                _started = true;
                new Thread(Run, 256 << 10) { Name = "local-archive", IsBackground = true, Priority = ThreadPriority.Lowest }.Start();
            }
            Wake();
        }
    }

    /// <summary>A file was rotated.</summary>
    public void Rotated()
    {
        lock (_gate)
            Wake();
    }

    /// <summary>Ends soon; a file that is being compressed stays as it was.</summary>
    public void Stop()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.Pulse(_gate);
            if (!_started)
                _done.TrySetResult();
        }
    }

    private void Wake()
    {
        _changed = true;
        Monitor.Pulse(_gate);
    }

    private void Run()
    {
        while (WaitForWork(out (string Tracer, RotatedFiles Files)[] tracers))
        {
            foreach ((string tracer, RotatedFiles files) in tracers)
                Look(tracer, files);
        }
        _done.SetResult();
    }

    private bool WaitForWork(out (string Tracer, RotatedFiles Files)[] tracers)
    {
        lock (_gate)
        {
            if (!_changed && !_stopping)
                Monitor.Wait(_gate, UntilOld());
            _changed = false;
            tracers = _tracers;
            return !_stopping;
        }
    }

    private TimeSpan UntilOld()
    {
        TimeSpan[] ages = [.. Options.AllBounds.Select(bounds => bounds.MaxAge).Where(age => age > TimeSpan.Zero)];
        return ages.Length > 0 ? TimeSpan.FromTicks(Math.Clamp(ages.Min().Ticks / 64, TimeSpan.TicksPerSecond, TimeSpan.TicksPerHour)) : Timeout.InfiniteTimeSpan;
    }

    private void Look(string tracer, RotatedFiles files)
    {
        try
        {
            RemoveSurplus(tracer, files);
            if (!Options.Compress)
                return;
            foreach (FileInfo file in files.All())
            {
                if (!_stopping && file.Extension != RotatedFiles.Compressed)
                    Compress(files, file);
            }
            RemoveSurplus(tracer, files);
            _failed = false;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // As on a full disk: it is tried again after the next rotation.
            _ = Libc.Unlink(files.Unfinished);
            if (!_failed)
                _trouble.Note($"cannot compress rotated files: {fault.Message}");
            _failed = true;
        }
    }

    private void RemoveSurplus(string tracer, RotatedFiles files)
    {
        List<FileInfo> all = files.All();
        long bytes = all.Sum(file => file.Exists ? file.Length : 0);
        LocalFileBounds bounds = Options.BoundsOf(tracer);
        DateTime oldest = bounds.MaxAge > TimeSpan.Zero ? (_time.GetUtcNow() - bounds.MaxAge).UtcDateTime : DateTime.MinValue;
        for (int i = all.Count - 1; i >= 0; i--)
        {
            if (!(bounds.MaxBytes > 0 && bytes > bounds.MaxBytes) && all[i].LastWriteTimeUtc >= oldest)
                return;
            bytes -= all[i].Exists ? all[i].Length : 0;
            files.RemoveOldest();
        }
    }

    private void Compress(RotatedFiles files, FileInfo file)
    {
        using FileStream? input = Open(file);
        if (input is null)
            return;
        FileStatus status;
        if (Libc.Stat(input.SafeFileHandle, "", Libc.AT_EMPTY_PATH, Libc.STATX_BASIC_STATS, &status) != 0)
            throw new IOException(IoFailure.Last("stat", file.FullName).ToString());
        using (FileStream output = Create(files.Unfinished))
        {
            using (var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true))
            {
                byte[] chunk = new byte[64 << 10];
                for (int read; !_stopping && (read = input.Read(chunk)) > 0;)
                    gzip.Write(chunk.AsSpan(0, read));
            }
            output.Flush(flushToDisk: true);
        }
        if (_stopping)
        {
            _ = Libc.Unlink(files.Unfinished);
            return;
        }
        File.SetLastWriteTimeUtc(files.Unfinished, file.LastWriteTimeUtc);
        if (files.Replace(status) is { } failure)
            throw new IOException(failure.ToString());
    }

    private static FileStream? Open(FileInfo file)
    {
        try
        {
            return file.Open(new FileStreamOptions { Mode = FileMode.Open, Share = FileShare.ReadWrite | FileShare.Delete, Options = FileOptions.SequentialScan });
        }
        catch (FileNotFoundException)
        {
            // Rotated meanwhile, which brings it up again.
            return null;
        }
    }

    private static FileStream Create(string path)
    {
        const uint mode = 0x1a0; // 0640
        _ = Libc.Unlink(path);
        int number = Libc.Open(path, Libc.O_RDWR | Libc.O_CREAT | Libc.O_CLOEXEC | Libc.O_NOCTTY, mode);
        return number >= 0
            ? new FileStream(new SafeFileHandle(number, ownsHandle: true), FileAccess.Write, bufferSize: 0)
            : throw new IOException(IoFailure.Last("open", path).ToString());
    }
}
