using System.Security.Cryptography;

namespace Huatuo.Http.Security;

/// <summary>
/// Knows the tokens of the file as it is now: read at the beginning, and again when one is sent and the file has changed, or could not
/// be used before.
/// </summary>
/// <param name="file">The file.</param>
/// <param name="requestsPerSecond">How many requests each token may make, asked each time.</param>
/// <param name="time">Time.</param>
/// <param name="warn">Told once why the file cannot be used; then no token is valid.</param>
/// <param name="audit">Told of each token that was made, changed or revoked since the reading before.</param>
internal sealed class TokenKeeper(TokenFile file, Func<int> requestsPerSecond, TimeProvider time, Action<string> warn, Action<string> audit)
{
    private readonly Lock _lock = new();
    private (Token Token, RateLimit Limit)[] _tokens = [];
    private IReadOnlyList<Token>? _known;
    private (DateTime Written, long Length)? _seen;
    private string _warned = "";

    /// <summary>Reads the file, so that what changes from now on is told.</summary>
    public void Begin() => Current();

    /// <summary>Finds the token that was sent, and how often it may be used.</summary>
    /// <param name="secret">What was sent.</param>
    public (Token Token, RateLimit Limit)? Find(string secret)
    {
        byte[] hash = Token.HashOf(secret);
        (Token, RateLimit)? found = null;
        // All are compared, so that the time tells nothing.
        foreach ((Token Token, RateLimit Limit) known in Current())
            if (CryptographicOperations.FixedTimeEquals(known.Token.Hash, hash))
                found = known;
        return found;
    }

    private (Token Token, RateLimit Limit)[] Current()
    {
        var info = new FileInfo(file.Path);
        (DateTime, long) now = info.Exists ? (info.LastWriteTimeUtc, info.Length) : default;
        lock (_lock)
        {
            if (now == _seen)
                return _tokens;
            try
            {
                IReadOnlyList<Token> read = file.Read();
                foreach (string change in TokenChanges.Between(_known ?? read, read))
                    audit(change);
                _tokens = [.. read.Select(token => (token, new RateLimit(requestsPerSecond, time)))];
                (_known, _seen, _warned) = (read, now, "");
            }
            catch (IOException fault)
            {
                // What is wrong may be its mode or its owner, which change without a trace in what is looked at.
                (_seen, _tokens) = (null, []);
                if (fault.Message != _warned)
                    warn(_warned = fault.Message);
            }
            return _tokens;
        }
    }
}
