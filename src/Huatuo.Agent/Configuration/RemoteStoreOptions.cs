using Huatuo.Flow.Options;
using Huatuo.Store.Remote;

namespace Huatuo.Agent.Configuration;

/// <summary>What every sink with a server has: how to get in, how much at a time, and how much waits.</summary>
internal abstract class RemoteStoreOptions
{
    public bool Enabled { get; set; }

    public string Username { get; set; } = "";

    public string PasswordFile { get; set; } = "";

    public string BearerTokenFile { get; set; } = "";

    public string CaFile { get; set; } = "";

    public bool Compress { get; set; } = true;

    public ByteSize BatchBytes { get; set; } = ByteSize.MiB(1);

    public int BatchEvents { get; set; } = 1000;

    public TimeSpan BatchInterval { get; set; } = TimeSpan.FromSeconds(1);

    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    public ByteSize SpoolSize { get; set; } = ByteSize.MiB(256);

    public ByteSize QueueBytes { get; set; } = ByteSize.MiB(8);

    /// <summary>Whether there is a sink that asks for these.</summary>
    protected virtual bool IsUsed => Enabled;

    /// <summary>The key of the section below <c>store</c>.</summary>
    protected abstract string Section { get; }

    /// <summary>The addresses as they are configured.</summary>
    protected abstract IReadOnlyList<string> Urls { get; }

    /// <summary>The key that holds them.</summary>
    protected abstract string UrlKey { get; }

    /// <summary>What is wrong, by key.</summary>
    /// <param name="environment">The environment; null for one that is not that of whoever sends: what secrets it holds is not known then.</param>
    public virtual IEnumerable<(string Key, string Message)> Faults(Func<string, string?>? environment)
    {
        if (!IsUsed)
            yield break;
        if (Urls.Count == 0)
            yield return ($"store.{Section}.{UrlKey}", "there is none; write it as http://HOST:PORT");
        foreach (string url in Urls)
            if (Wrong(url) is { } wrong)
                yield return ($"store.{Section}.{UrlKey}", wrong);
        Secret[] secrets = [.. Secrets(environment ?? (_ => null))];
        if (secrets.Length > 1)
            yield return ($"store.{Section}", $"choose one of {string.Join(" and ", secrets.Select(secret => secret.Kind).Order())} authentication");
        if ((environment is not null || secrets.Length > 0) && Username.Length > 0 && secrets.All(secret => secret.Kind != CredentialKind.Basic))
            yield return ($"store.{Section}.username", $"has no password; name a password_file, or set {Variable("PASSWORD")} in the environment");
        if (Username.Length == 0 && secrets.Any(secret => secret.Kind == CredentialKind.Basic))
            yield return ($"store.{Section}.username", "is missing for the password");
    }

    /// <summary>What the sink is told.</summary>
    /// <param name="dataDir">The folder that everything is stored under.</param>
    /// <param name="environment">The environment.</param>
    public RemoteSinkOptions ToSinkOptions(string dataDir, Func<string, string?> environment) => new()
    {
        Addresses = [.. Urls.Select(url => new Uri(url))],
        SpoolDirectory = Path.Combine(dataDir, "spool", Section),
        Credentials = Secrets(environment).Select(secret => new RemoteCredentials { Kind = secret.Kind, User = Username, File = secret.File, Secret = secret.Value })
            .FirstOrDefault() ?? new RemoteCredentials { Kind = CredentialKind.None },
        CaFile = CaFile,
        Compress = Compress,
        BatchBytes = (int)BatchBytes.Bytes,
        BatchEvents = BatchEvents,
        BatchInterval = BatchInterval,
        Timeout = Timeout,
        SpoolBytes = SpoolSize.Bytes,
        QueueBytes = QueueBytes.Bytes,
    };

    /// <summary>Adds the keys that every such sink has.</summary>
    protected static OptionSchema<T> AddShared<T>(OptionSchema<T> schema, string variables)
        where T : RemoteStoreOptions, new() => schema
        .Add("username", OptionTypes.Text, o => o.Username, (o, v) => o.Username = v,
            "The user, for basic authentication.", KeyChange.File)
        .Add("password_file", OptionTypes.Text, o => o.PasswordFile, (o, v) => o.PasswordFile = v,
            $"A file with the user's password, read anew for each request; empty = {variables}_PASSWORD of the environment.", KeyChange.File)
        .Add("bearer_token_file", OptionTypes.Text, o => o.BearerTokenFile, (o, v) => o.BearerTokenFile = v,
            $"A file with a token, likewise; empty = {variables}_BEARER_TOKEN of the environment.", KeyChange.File)
        .Add("ca_file", OptionTypes.Text, o => o.CaFile, (o, v) => o.CaFile = v,
            "A PEM file of the authorities that the server's certificate must come from; empty = the system's.", KeyChange.File)
        .Add("compress", OptionTypes.Boolean, o => o.Compress, (o, v) => o.Compress = v,
            "Whether requests are compressed (gzip).", KeyChange.Request)
        .Add("batch_bytes", OptionTypes.Bytes(ByteSize.KiB(4), ByteSize.MiB(64)), o => o.BatchBytes, (o, v) => o.BatchBytes = v,
            "Events of this size go into one request at most; a larger one goes alone.", KeyChange.Request)
        .Add("batch_events", OptionTypes.Integer(1, 100_000), o => o.BatchEvents, (o, v) => o.BatchEvents = v,
            "How many events go into one request at most.", KeyChange.Request)
        .Add("batch_interval", OptionTypes.DurationBetween(TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(5)), o => o.BatchInterval, (o, v) => o.BatchInterval = v,
            "How long an event waits for others, so that a request takes many.", KeyChange.Request)
        .Add("timeout", OptionTypes.DurationBetween(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)), o => o.Timeout, (o, v) => o.Timeout = v,
            "How long the server has for one answer.", KeyChange.Request)
        .Add("spool_size", OptionTypes.Bytes(ByteSize.MiB(1), ByteSize.GiB(1024)), o => o.SpoolSize, (o, v) => o.SpoolSize = v,
            "How much waits on the disk for the server; the oldest events go when there is more, a sixteenth at a time or 8 MiB.")
        .Add("queue_bytes", OptionTypes.Bytes(ByteSize.KiB(64), ByteSize.GiB(1)), o => o.QueueBytes, (o, v) => o.QueueBytes = v,
            "How much can wait in memory for the disk before events are refused.");

    /// <summary>The secrets that are there, in a file or in the environment.</summary>
    protected virtual IEnumerable<Secret> Secrets(Func<string, string?> environment)
    {
        if (Find(CredentialKind.Basic, PasswordFile, "PASSWORD", environment) is { } password)
            yield return password;
        if (Find(CredentialKind.Bearer, BearerTokenFile, "BEARER_TOKEN", environment) is { } token)
            yield return token;
    }

    /// <summary>A secret in a file, else in the environment.</summary>
    protected Secret? Find(CredentialKind kind, string file, string variable, Func<string, string?> environment) =>
        file.Length > 0 ? new Secret(kind, file, "")
        : environment(Variable(variable)) is { Length: > 0 } value ? new Secret(kind, "", value)
        : null;

    /// <summary>What is wrong with an address; null for nothing.</summary>
    protected static string? Wrong(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https") || address.Query.Length > 0 || address.Fragment.Length > 0)
            return $"'{url}' is not a URL of http or https; write it as http://HOST:PORT";
        // The value would put the password into the message.
        return address.UserInfo.Length > 0 ? "a URL here has no user and password; use username and password_file" : null;
    }

    private string Variable(string name) => $"HUATUO_{Section.ToUpperInvariant()}_{name}";

    /// <summary>Where a secret is.</summary>
    protected sealed record Secret(CredentialKind Kind, string File, string Value);
}
