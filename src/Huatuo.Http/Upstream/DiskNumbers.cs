namespace Huatuo.Http.Upstream;

/// <summary>Major and minor numbers of disks, from <c>/sys/block/DISK/dev</c>.</summary>
/// <param name="sysRoot">Where sys is mounted.</param>
internal sealed class DiskNumbers(string sysRoot)
{
    private readonly Dictionary<string, string> _known = [];

    /// <summary><c>major:minor</c>, or the name of a disk that is not there.</summary>
    public string Of(string disk)
    {
        if (_known.TryGetValue(disk, out string? known))
            return known;
        try
        {
            string number = File.ReadAllText($"{sysRoot}/block/{disk}/dev").Trim();
            return number.Length > 0 ? _known[disk] = number : disk;
        }
        catch (Exception absent) when (absent is IOException or UnauthorizedAccessException)
        {
            return disk;
        }
    }
}
