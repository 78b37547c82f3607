using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Huatuo.Http.Security;

/// <summary>A token as it is kept: not the secret itself, but its SHA-256. The secret has 256 random bits, so that no slower hash is needed.</summary>
/// <param name="Name">What its owner is called in the audit log.</param>
/// <param name="Scopes">What it allows.</param>
/// <param name="Hash">SHA-256 of the secret.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record Token(string Name, Scope Scopes, byte[] Hash, DateTimeOffset CreatedAt)
{
    /// <summary>How secrets begin, so that they are recognised where they should not be.</summary>
    public const string Prefix = "huatuo_";

    private const int SecretBytes = 32;
    private const int LongestName = 64;

    /// <summary>Makes one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="scopes">What it allows.</param>
    /// <param name="now">When.</param>
    /// <param name="secret">What its owner sends; nothing remembers it.</param>
    public static Token Create(string name, Scope scopes, DateTimeOffset now, out string secret)
    {
        secret = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        return new Token(name, scopes, HashOf(secret), now);
    }

    /// <summary>The hash of what somebody sent.</summary>
    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>Whether another has the same name, allows the same, and is of the same secret.</summary>
    public bool IsSame(Token other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return (Name, Scopes) == (other.Name, other.Scopes) && CryptographicOperations.FixedTimeEquals(Hash, other.Hash);
    }

    /// <summary>Whether a name is one: up to 64 of <c>a-z A-Z 0-9 . _ -</c>.</summary>
    public static bool IsName(string name) =>
        name is { Length: > 0 and <= LongestName } && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
