using System.Globalization;
using Huatuo.Profiling;
using Huatuo.Profiling.Formats;

namespace Huatuo.Agent.Runtime;

/// <summary>Where a profile is written: opened before it is taken, so that what is wrong with it is known at once; removed again unless it is kept.</summary>
internal sealed class ProfileOutput : IDisposable
{
    private const string StandardOutput = "-";
    private readonly string _path;
    private readonly string _format;
    private readonly Stream _stream;
    private bool _isKept;

    private ProfileOutput(string path, string format)
    {
        (_path, _format) = (path, format);
        _stream = path == StandardOutput ? new StandardOutput() : new FileStream(path, FileMode.Create, FileAccess.Write);
    }

    /// <summary>Where it is, for the summary.</summary>
    internal string Note => _path == StandardOutput ? "" : $"; written to {_path}";

    /// <param name="path">The file, - for standard output; null for one that is named after the profile.</param>
    /// <param name="name">The profiler.</param>
    /// <param name="format">One of <see cref="ProfileFormats.Names"/>.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IOException">There can be no such file.</exception>
    internal static ProfileOutput Open(string? path, string name, string format, TimeProvider time) => new(
        path ?? string.Create(CultureInfo.InvariantCulture, $"{name}-{time.GetUtcNow():yyyyMMddTHHmmssZ}.{ProfileFormats.Extension(format)}"), format);

    /// <summary>Writes the profile, which stays.</summary>
    /// <exception cref="IOException">The medium refuses.</exception>
    internal void Write(Profile profile)
    {
        ProfileFormats.Write(_format, profile, _stream);
        _stream.Flush();
        _isKept = true;
    }

    public void Dispose()
    {
        _stream.Dispose();
        if (!_isKept && _path != StandardOutput)
            File.Delete(_path);
    }
}
