using Huatuo.Flow.Options;

namespace Huatuo.Runtimes.Kubelet;

/// <summary>The section <c>kubelet</c>: pods, their labels and classes.</summary>
public sealed class KubeletOptions
{
    /// <summary>The keys.</summary>
    public static OptionSchema<KubeletOptions> Schema { get; } = new OptionSchema<KubeletOptions>("kubelet")
        .Add("enabled", OptionTypes.Boolean, o => o.Enabled, (o, v) => o.Enabled = v,
            "Whether the kubelet is asked for pods.")
        .Add("address", OptionTypes.Endpoint, o => o.Address, (o, v) => o.Address = v,
            "The authorised port; it is asked when there is a token or a client certificate.")
        .Add("read_only_address", OptionTypes.Endpoint, o => o.ReadOnlyAddress, (o, v) => o.ReadOnlyAddress = v,
            "The read-only port, plain HTTP; it is asked when the authorised one cannot be.")
        .Add("token_file", OptionTypes.Path, o => o.TokenFile, (o, v) => o.TokenFile = v,
            "A service account's token, read anew each time.")
        .Add("client_certificate", OptionTypes.Text, o => o.ClientCertificate, (o, v) => o.ClientCertificate = v,
            "A PEM file with a client certificate, and with its key unless client_key names another; it goes before the token.")
        .Add("client_key", OptionTypes.Text, o => o.ClientKey, (o, v) => o.ClientKey = v,
            "The PEM file of the certificate's key.")
        .Add("ca_files", OptionTypes.List(OptionTypes.Path), o => o.CaFiles, (o, v) => o.CaFiles = v,
            "PEM files of the authorities, or of the certificate itself, that the kubelet's certificate must come from; those that exist count, and without any the system's.")
        .Add("server_name", OptionTypes.Text, o => o.ServerName, (o, v) => o.ServerName = v,
            "The name that the kubelet's certificate must have; empty is the machine's.");

    /// <summary>Whether it is asked.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The authorised port.</summary>
    public System.Net.IPEndPoint Address { get; set; } = new(System.Net.IPAddress.Loopback, 10250);

    /// <summary>The read-only port.</summary>
    public System.Net.IPEndPoint ReadOnlyAddress { get; set; } = new(System.Net.IPAddress.Loopback, 10255);

    /// <summary>A service account's token.</summary>
    public string TokenFile { get; set; } = "/var/run/secrets/kubernetes.io/serviceaccount/token";

    /// <summary>A client certificate.</summary>
    public string ClientCertificate { get; set; } = "";

    /// <summary>Its key.</summary>
    public string ClientKey { get; set; } = "";

    /// <summary>Whom to trust.</summary>
    public IReadOnlyList<string> CaFiles { get; set; } =
        ["/var/lib/kubelet/pki/kubelet.crt", "/etc/kubernetes/pki/ca.crt", "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt"];

    /// <summary>The name in the certificate.</summary>
    public string ServerName { get; set; } = "";
}
