using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Huatuo.Runtimes.Kubelet;

/// <summary>How the kubelet's certificate is checked, and how this agent shows its own.</summary>
internal static class KubeletTls
{
    /// <exception cref="RuntimeException">A file that is configured cannot be used.</exception>
    internal static SslClientAuthenticationOptions Of(KubeletOptions options)
    {
        var tls = new SslClientAuthenticationOptions { CertificateChainPolicy = Trust(options.CaFiles) };
        if (options.ClientCertificate.Length > 0)
            tls.ClientCertificates = [Own(options)];
        return tls;
    }

    private static X509ChainPolicy? Trust(IReadOnlyList<string> files)
    {
        X509Certificate2Collection roots = [];
        foreach (string file in files.Where(File.Exists))
        {
            try
            {
                roots.ImportFromPemFile(file);
            }
            catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
            {
                throw new RuntimeException($"kubelet.ca_files: {file}: {fault.Message}", fault);
            }
        }
        if (roots.Count == 0)
            return null;
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }

    private static X509Certificate2 Own(KubeletOptions options)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(options.ClientCertificate, options.ClientKey.Length > 0 ? options.ClientKey : null);
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new RuntimeException($"kubelet.client_certificate: {options.ClientCertificate}: {fault.Message}", fault);
        }
    }
}
