using System.Globalization;
using Huatuo.Profiling;
using Huatuo.Profiling.Formats;

namespace Huatuo.Agent.Runtime;

/// <summary>
/// Where a profile is written: opened before it is taken, so that what is wrong with it is known at once. Without a profile a file that was
/// made for it is removed again, and one that was there before is as it was.
/// </summary>
internal sealed class ProfileOutput : IDisposable
{
    private const string StandardOutput = "-";
    private readonly string _path;
    private readonly string _format;
    private readonly Stream _stream;
    private readonly bool _isMade;
    private bool _isKept;

    private ProfileOutput(string path, string format)
    {
        (_path, _format) = (path, format);
        _stream = path == StandardOutput ? new StandardOutput() : Open(path, out _isMade);
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
        // Of a device or a pipe there is nothing to take away.
        if (_stream is { CanSeek: true, Length: > 0 })
            _stream.SetLength(0);
        ProfileFormats.Write(_format, profile, _stream);
        _stream.Flush();
        _isKept = true;
    }

    public void Dispose()
    {
        _stream.Dispose();
        if (_isMade && !_isKept)
            File.Delete(_path);
    }

    private static FileStream Open(string path, out bool isMade)
    {
        try
        {
            isMade = true;
            return new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        }
        catch (IOException)
        {
            // Something is there, a link to nothing included; whatever else is wrong is wrong again.
            isMade = false;
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write);
        }
    }
}
