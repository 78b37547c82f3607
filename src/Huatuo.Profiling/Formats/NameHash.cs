namespace Huatuo.Profiling.Formats;

/// <summary>Gives each name its shade, the same in every picture.</summary>
internal static class NameHash
{
    /// <summary>FNV-1a over its letters, without the lowest bits, which differ least.</summary>
    internal static uint Of(string name)
    {
        uint hash = 2166136261;
        foreach (char letter in name)
            hash = (hash ^ letter) * 16777619;
        return hash >> 8;
    }
}
