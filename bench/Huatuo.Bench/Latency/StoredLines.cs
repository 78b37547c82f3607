using System.Globalization;
using System.Text;
using Huatuo.Bench.Measure;
using Huatuo.Bench.Native;

namespace Huatuo.Bench.Latency;

/// <summary>From the kernel's time stamp to the line in the file, as another process sees it: it is told of each write.</summary>
internal sealed unsafe class StoredLines
{
    private const int NotificationBytes = 4096;
    private readonly string _path;
    private readonly Samples _samples = new();
    private readonly StringBuilder _torn = new();

    private StoredLines(string path) => _path = path;

    /// <summary>Watches a file that exists until it has grown by so many lines.</summary>
    /// <returns>Milliseconds.</returns>
    internal static Task<Samples> WatchAsync(string path, int lines, TaskCompletionSource watching, CancellationToken stop) =>
        Task.Factory.StartNew(() => new StoredLines(path).Watch(lines, watching, stop), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private Samples Watch(int lines, TaskCompletionSource watching, CancellationToken stop)
    {
        int inotify = Libc.inotify_init1(Libc.O_CLOEXEC);
        try
        {
            using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            file.Seek(0, SeekOrigin.End);
            if (Libc.inotify_add_watch(inotify, _path, Libc.IN_MODIFY) < 0)
                throw new BenchException($"{_path} cannot be watched");
            watching.SetResult();
            byte* notification = stackalloc byte[NotificationBytes];
            while (_samples.Count < lines)
            {
                stop.ThrowIfCancellationRequested();
                var descriptor = new Libc.PollDescriptor { Fd = inotify, Events = Libc.POLLIN };
                if (Libc.poll(&descriptor, 1, 200) <= 0)
                    continue;
                DateTimeOffset now = TimeProvider.System.GetUtcNow();
                _ = Libc.read(inotify, notification, NotificationBytes);
                ReadNew(file, now);
            }
            return _samples;
        }
        catch (Exception fault)
        {
            watching.TrySetException(fault);
            throw;
        }
        finally
        {
            _ = Libc.close(inotify);
        }
    }

    private void ReadNew(FileStream file, DateTimeOffset now)
    {
        byte[] fresh = new byte[file.Length - file.Position];
        file.ReadExactly(fresh);
        _torn.Append(Encoding.UTF8.GetString(fresh));
        string[] lines = _torn.ToString().Split('\n');
        _torn.Clear().Append(lines[^1]);
        foreach (string line in lines[..^1])
            _samples.Add((now - Observed(line)).TotalMilliseconds);
    }

    // .NET counts in units of 100 ns: two digits fewer than the stamp has.
    private static DateTimeOffset Observed(string line)
    {
        const string field = "\"observed_timestamp\":\"";
        const int digits = 27;
        int start = line.IndexOf(field, StringComparison.Ordinal) + field.Length;
        return DateTimeOffset.ParseExact(line.AsSpan(start, digits), "yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
    }
}
