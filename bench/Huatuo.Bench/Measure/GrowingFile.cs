using System.Text;
using Huatuo.Bench.Native;

namespace Huatuo.Bench.Measure;

/// <summary>The lines that another process adds to a file, each with the time at which this one was told of it.</summary>
internal sealed unsafe class GrowingFile
{
    private const int NotificationBytes = 4096;
    private readonly string _path;
    private readonly Func<string, DateTimeOffset, bool> _next;
    private readonly StringBuilder _torn = new();

    private GrowingFile(string path, Func<string, DateTimeOffset, bool> next) => (_path, _next) = (path, next);

    /// <summary>Follows a file that exists, from its end on, on a thread of its own.</summary>
    /// <param name="path">The file.</param>
    /// <param name="next">Takes a line; false when it was the last one that is wanted.</param>
    /// <param name="watching">Completed when nothing is missed any more.</param>
    /// <param name="stop">Ends it.</param>
    internal static Task FollowAsync(string path, Func<string, DateTimeOffset, bool> next, TaskCompletionSource watching, CancellationToken stop) =>
        Task.Factory.StartNew(() => new GrowingFile(path, next).Follow(watching, stop), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Follow(TaskCompletionSource watching, CancellationToken stop)
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
            while (true)
            {
                stop.ThrowIfCancellationRequested();
                var descriptor = new Libc.PollDescriptor { Fd = inotify, Events = Libc.POLLIN };
                if (Libc.poll(&descriptor, 1, 200) <= 0)
                    continue;
                DateTimeOffset now = TimeProvider.System.GetUtcNow();
                _ = Libc.read(inotify, notification, NotificationBytes);
                if (!TakeNew(file, now))
                    return;
            }
        }
        finally
        {
            _ = Libc.close(inotify);
        }
    }

    private bool TakeNew(FileStream file, DateTimeOffset now)
    {
        byte[] fresh = new byte[file.Length - file.Position];
        file.ReadExactly(fresh);
        _torn.Append(Encoding.UTF8.GetString(fresh));
        string[] lines = _torn.ToString().Split('\n');
        _torn.Clear().Append(lines[^1]);
        foreach (string line in lines[..^1])
            if (!_next(line, now))
                return false;
        return true;
    }
}
