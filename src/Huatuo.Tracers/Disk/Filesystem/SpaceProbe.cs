using Huatuo.Linux;

namespace Huatuo.Tracers.Disk.Filesystem;

/// <summary>
/// Asks file systems for their space without ever being held up by one: a thread that gets no answer is left behind, and the one it
/// waits for is not asked again before that thread has come back.
/// </summary>
/// <param name="ask">Asks one; may take for ever.</param>
/// <param name="patience">How long one may take.</param>
internal sealed class SpaceProbe(Func<string, FileSystemSpace?> ask, TimeSpan patience)
{
    private const int MostLeft = 8;
    private const int MostLeftAtOnce = 2;
    private readonly List<SpaceWalk> _left = [];

    /// <summary>Whether a file system does not answer.</summary>
    internal bool IsStuck(string point) => _left.Exists(walk => walk.Stuck == point);

    /// <summary>Asks all that are not stuck. With too many stuck, some are not asked.</summary>
    /// <param name="points">Their mount points.</param>
    /// <param name="answers">Receives what each answered; null where it refused.</param>
    internal void Ask(IEnumerable<string> points, Dictionary<string, FileSystemSpace?> answers)
    {
        _left.RemoveAll(walk => walk.HasEnded);
        List<string> asked = [.. points.Where(point => !IsStuck(point))];
        for (int left = 0; asked.Count > 0 && left < MostLeftAtOnce && _left.Count < MostLeft; left++)
        {
            var walk = new SpaceWalk(asked, ask);
            walk.Start();
            int done = walk.Wait(patience, answers);
            if (done == asked.Count)
                return;
            _left.Add(walk);
            asked = asked[(done + 1)..];
        }
    }
}
