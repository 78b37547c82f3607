using Huatuo.Store.Files;
using Microsoft.Win32.SafeHandles;

namespace Huatuo.Store.Spool;

/// <summary>Finds what an earlier run left: counts the documents that were not acknowledged, and cuts off a torn end.</summary>
/// <param name="options">Where.</param>
/// <param name="acknowledged">Up to where the server has acknowledged.</param>
/// <param name="segments">Takes the segments.</param>
/// <param name="accounts">Where the documents are counted.</param>
/// <param name="names">The names of tracers.</param>
/// <param name="log">Takes one line about damage.</param>
internal sealed class SpoolRecovery(
    SpoolOptions options, AcknowledgedFile acknowledged, SpoolSegments segments, SinkAccounts accounts, NameCache names, Action<string> log)
{
    private const int WindowBytes = 256 << 10;
    private const uint FileMode = 0x1a0; // 0640

    private byte[] _window = [];

    /// <summary>Takes everything over.</summary>
    /// <returns>The number for the next segment.</returns>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public ulong Run()
    {
        acknowledged.Read();
        _window = new byte[WindowBytes];
        ulong newest = acknowledged.Position.Segment;
        List<Segment> found = [];
        // All are looked at before the first is told, so that a failure leaves nothing counted twice.
        foreach (Segment segment in Found().OrderBy(segment => segment.Number))
        {
            newest = Math.Max(newest, segment.Number);
            if (TryLook(segment))
                found.Add(segment);
        }
        _window = [];
        // Its room is taken now, so that it can be written when the disk is full.
        _ = acknowledged.Keep(acknowledged.Position.Segment, acknowledged.Position.Offset);
        foreach (Segment segment in found)
            Tell(segment);
        return newest + 1;
    }

    private IEnumerable<Segment> Found()
    {
        foreach (string path in Directory.EnumerateFiles(options.Directory))
            if (Segment.TryNumber(path, out ulong number))
                yield return new Segment(options.Directory, number);
    }

    private bool TryLook(Segment segment)
    {
        segment.IsSealed = true;
        if (segment.Number < acknowledged.Position.Segment)
            return true;
        try
        {
            using SafeFileHandle file = File.OpenHandle(segment.Path);
            Look(segment, file);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            log($"{segment.Path} cannot be opened: {fault.Message}; what is in it waits for the next start");
            return false;
        }
    }

    private void Look(Segment segment, SafeFileHandle file)
    {
        long size = RandomAccess.GetLength(file);
        long from = segment.Number == acknowledged.Position.Segment ? Math.Clamp(acknowledged.Position.Offset, 0, size) : 0;
        var scan = new SegmentScan(file, from, size, _window);
        long end = from;
        string? unreadable = null;
        try
        {
            while (scan.TryNext(out ReadOnlySpan<byte> name, out _))
            {
                segment.Add(names.Text(name), 1);
                end = scan.Position;
            }
        }
        catch (IOException fault)
        {
            unreadable = fault.Message;
        }
        _window = scan.Window;
        (segment.ReadTo, segment.AcknowledgedTo, segment.Length) = (from, from, end);
        if (end == size)
            return;
        segments.Damaged(size - end);
        if (unreadable is not null)
        {
            log($"{segment.Path} cannot be read from byte {end} on: {unreadable}; what is there is lost");
            return;
        }
        log($"{segment.Path}: cut off {size - end} bytes behind the last whole document");
        CutOff(segment);
    }

    // Where it cannot be, the same bytes are passed over at the next start.
    private static void CutOff(Segment segment)
    {
        int number = Libc.Open(segment.Path, Libc.O_RDWR | Libc.O_CLOEXEC | Libc.O_NOCTTY, FileMode);
        if (number < 0)
            return;
        using var file = new SafeFileHandle(number, ownsHandle: true);
        _ = Libc.Truncate(file, segment.Length);
    }

    private void Tell(Segment segment)
    {
        if (segment.Waiting.Count == 0)
        {
            _ = Libc.Unlink(segment.Path);
            return;
        }
        foreach ((string tracer, long documents) in segment.Waiting)
            accounts.Recover(tracer, documents);
        segments.Add(segment);
    }
}
