using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Huatuo.Http.Tls;

/// <summary>What is in the files of the section <c>tls</c>, as read at one time.</summary>
/// <param name="Certificate">PEM.</param>
/// <param name="Key">PEM.</param>
/// <param name="ClientCa">PEM; null when clients need no certificate.</param>
internal sealed record TlsFiles(string Certificate, string Key, string? ClientCa)
{
    /// <summary>Reads them.</summary>
    /// <exception cref="TlsException">One cannot be read.</exception>
    public static TlsFiles Read(TlsOptions options)
    {
        string certificate = Text("certificate", options.Certificate);
        return new TlsFiles(
            certificate,
            options.Key.Length > 0 ? Text("key", options.Key) : certificate,
            options.ClientCa.Length > 0 ? Text("client_ca", options.ClientCa) : null);
    }

    /// <summary>Makes of them what a handshake needs.</summary>
    /// <param name="options">Where they came from, for messages.</param>
    /// <param name="notAfter">When the server's certificate ends.</param>
    /// <exception cref="TlsException">One does not hold what it should.</exception>
    public SslServerAuthenticationOptions Parse(TlsOptions options, out DateTime notAfter)
    {
        X509Certificate2Collection chain = Certificates("certificate", options.Certificate, Certificate);
        X509Certificate2 own;
        try
        {
            own = X509Certificate2.CreateFromPem(Certificate, Key);
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            throw new TlsException("key", options.Key.Length > 0 ? options.Key : options.Certificate, $"holds no private key of {options.Certificate}: {fault.Message}", fault);
        }
        notAfter = own.NotAfter.ToUniversalTime();
        var handshake = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(own, chain, offline: true),
            ApplicationProtocols = [SslApplicationProtocol.Http11],
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            AllowRenegotiation = false,
        };
        if (ClientCa is not null)
        {
            handshake.ClientCertificateRequired = true;
            handshake.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            handshake.CertificateChainPolicy.CustomTrustStore.AddRange(Certificates("client_ca", options.ClientCa, ClientCa));
        }
        return handshake;
    }

    private static X509Certificate2Collection Certificates(string key, string path, string text)
    {
        X509Certificate2Collection certificates = [];
        try
        {
            certificates.ImportFromPem(text);
        }
        catch (CryptographicException fault)
        {
            throw new TlsException(key, path, fault.Message, fault);
        }
        return certificates.Count > 0 ? certificates : throw new TlsException(key, path, "holds no certificate in PEM form");
    }

    private static string Text(string key, string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new TlsException(key, path, fault.Message, fault);
        }
    }
}
