using System.Net.Security;

namespace Huatuo.Http.Tls;

/// <summary>Who the server is in a handshake. Files that were renewed are taken without a start; those that cannot be used leave what was.</summary>
internal sealed class TlsIdentity
{
    /// <summary>How long a renewed file may wait, while there are handshakes.</summary>
    public static readonly TimeSpan Recheck = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly TlsOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<string> _warn;
    private TlsFiles _files;
    private SslServerAuthenticationOptions _handshake;
    private DateTime _notAfter;
    private long _checked;
    private string? _warned;

    /// <summary>Reads the files.</summary>
    /// <param name="options">Where they are.</param>
    /// <param name="time">Time.</param>
    /// <param name="warn">Told why renewed files are not taken, once for each reason.</param>
    /// <exception cref="TlsException">They cannot be used.</exception>
    public TlsIdentity(TlsOptions options, TimeProvider time, Action<string> warn)
    {
        _options = options;
        _time = time;
        _warn = warn;
        _files = TlsFiles.Read(options);
        _handshake = _files.Parse(options, out _notAfter);
        _checked = time.GetTimestamp();
    }

    /// <summary>When the certificate ends, in UTC.</summary>
    public DateTime NotAfter
    {
        get
        {
            lock (_lock)
                return _notAfter;
        }
    }

    /// <summary>For one handshake.</summary>
    public SslServerAuthenticationOptions Current()
    {
        lock (_lock)
        {
            if (_time.GetElapsedTime(_checked) >= Recheck)
                Renew();
            return _handshake;
        }
    }

    private void Renew()
    {
        _checked = _time.GetTimestamp();
        try
        {
            TlsFiles files = TlsFiles.Read(_options);
            if (files == _files)
                return;
            // A certificate and its key are often written one after the other: what does not fit is looked at again.
            _handshake = files.Parse(_options, out _notAfter);
            _files = files;
            _warned = null;
        }
        catch (TlsException fault) when (fault.Message == _warned)
        {
        }
        catch (TlsException fault)
        {
            _warned = fault.Message;
            _warn($"{fault.Message}; the certificate until now goes on");
        }
    }
}
