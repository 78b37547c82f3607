using System.Text;

namespace Huatuo.Store.Remote;

/// <summary>How a client tells a server who it is.</summary>
public enum CredentialKind
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>User and password.</summary>
    Basic,

    /// <summary>A key of Elasticsearch: as it is shown, encoded, or as <c>id:key</c>.</summary>
    ApiKey,

    /// <summary>A token.</summary>
    Bearer,
}

/// <summary>
/// The header <c>Authorization</c>. A secret in a file is read anew for each request, so that it can be changed while the agent
/// runs; none is ever part of a message.
/// </summary>
public sealed class RemoteCredentials
{
    private const int LongestSecret = 64 << 10;

    /// <summary>What it is.</summary>
    public required CredentialKind Kind { get; init; }

    /// <summary>The user, for <see cref="CredentialKind.Basic"/>.</summary>
    public string User { get; init; } = "";

    /// <summary>The file with the secret; empty when <see cref="Secret"/> holds it.</summary>
    public string File { get; init; } = "";

    /// <summary>The secret, when it is in no file.</summary>
    public string Secret { get; init; } = "";

    /// <summary>The header's value; null for none.</summary>
    /// <exception cref="RemoteException">The secret cannot be read.</exception>
    internal string? Header() => Kind switch
    {
        CredentialKind.Basic => "Basic " + Base64($"{User}:{Read()}"),
        CredentialKind.ApiKey => "ApiKey " + (Read() is var key && key.Contains(':', StringComparison.Ordinal) ? Base64(key) : key),
        CredentialKind.Bearer => "Bearer " + Read(),
        _ => null,
    };

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private string Read()
    {
        string secret = File.Length > 0 ? ReadFile() : Secret;
        if (secret.Length == 0 || secret.AsSpan().ContainsAnyInRange('\0', '\x1f'))
            throw new RemoteException(File.Length > 0 ? $"{File} does not hold a secret on one line" : "the secret is empty or has more than one line");
        return secret;
    }

    private string ReadFile()
    {
        try
        {
            using FileStream file = System.IO.File.OpenRead(File);
            byte[] bytes = new byte[LongestSecret];
            return Encoding.UTF8.GetString(bytes, 0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)).TrimEnd();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new RemoteException($"cannot read the secret: {fault.Message}");
        }
    }
}
