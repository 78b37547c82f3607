using Huatuo.Flow.Options;

namespace Huatuo.Http.Tls;

/// <summary>The section <c>tls</c>: whether the address <c>listen</c> speaks TLS, and to whom.</summary>
public sealed class TlsOptions
{
    /// <summary>The keys.</summary>
    public static OptionSchema<TlsOptions> Schema { get; } = new OptionSchema<TlsOptions>("tls")
        .Add("certificate", OptionTypes.Text, o => o.Certificate, (o, v) => o.Certificate = v,
            "A PEM file with the server's certificate and those between it and its root; \"\" for no TLS.")
        .Add("key", OptionTypes.Text, o => o.Key, (o, v) => o.Key = v,
            "A PEM file with the private key; \"\" when it is in the file of the certificate.")
        .Add("client_ca", OptionTypes.Text, o => o.ClientCa, (o, v) => o.ClientCa = v,
            "A PEM file with the roots that clients' certificates must come from; \"\" asks no client for one.");

    /// <summary>The path; empty for no TLS.</summary>
    public string Certificate { get; set; } = "";

    /// <summary>The path; empty for that of the certificate.</summary>
    public string Key { get; set; } = "";

    /// <summary>The path; empty for none.</summary>
    public string ClientCa { get; set; } = "";

    /// <summary>Whether TLS is spoken.</summary>
    public bool IsOn => Certificate.Length > 0;
}
