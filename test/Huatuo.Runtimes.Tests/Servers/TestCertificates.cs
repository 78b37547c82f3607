using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Huatuo.Runtimes.Tests.Servers;

/// <summary>An authority of its own and certificates from it, as PEM files in a folder.</summary>
internal sealed class TestCertificates : IDisposable
{
    private static readonly DateTimeOffset s_from = TimeProvider.System.GetUtcNow().AddDays(-1), s_to = s_from.AddDays(10);
    private readonly string _folder = Directory.CreateTempSubdirectory("huatuo-rt-").FullName;
    private readonly X509Certificate2 _authority;

    internal TestCertificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = request.CreateSelfSigned(s_from, s_to);
        AuthorityFile = Write("ca.crt", _authority.ExportCertificatePem());
    }

    internal string AuthorityFile { get; }

    /// <summary>A certificate with its key.</summary>
    internal X509Certificate2 Issue(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 issued = request.Create(_authority, s_from, s_to, RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }

    /// <summary>The same as a file, with its key in another.</summary>
    internal (string Certificate, string Key) IssueFiles(string name)
    {
        using X509Certificate2 certificate = Issue(name);
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        return (Write(name + ".crt", certificate.ExportCertificatePem()), Write(name + ".key", key.ExportPkcs8PrivateKeyPem()));
    }

    internal string Write(string name, string content)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
