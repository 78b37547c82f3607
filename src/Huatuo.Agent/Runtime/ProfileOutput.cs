using System.Globalization;
using Huatuo.Profiling.Formats;

namespace Huatuo.Agent.Runtime;

/// <summary>Where a profile is written: opened before it is taken, so that what is wrong with it is known at once; removed again unless it is kept.</summary>
internal sealed class ProfileOutput : IDisposable
{
    private const string StandardOutput = "-";
    private readonly string _path;
    private bool _isKept;

    private ProfileOutput(string path)
    {
        _path = path;
        Stream = path == StandardOutput ? new StandardOutput() : new FileStream(path, FileMode.Create, FileAccess.Write);
    }

    internal Stream Stream { get; }

    /// <summary>Where it is, for the summary.</summary>
    internal string Note => _path == StandardOutput ? "" : $"; written to {_path}";

    /// <exception cref="IOException">There can be no such file.</exception>
    internal static ProfileOutput Open(ProfileRequest request, string name, TimeProvider time) => new(
        request.Output ?? string.Create(CultureInfo.InvariantCulture, $"{name}-{time.GetUtcNow():yyyyMMddTHHmmssZ}.{ProfileFormats.Extension(request.Format)}"));

    /// <summary>All is written.</summary>
    internal void Keep()
    {
        Stream.Flush();
        _isKept = true;
    }

    public void Dispose()
    {
        Stream.Dispose();
        if (!_isKept && _path != StandardOutput)
            File.Delete(_path);
    }
}
