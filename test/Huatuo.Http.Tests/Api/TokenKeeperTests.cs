using Huatuo.Http.Security;

namespace Huatuo.Http.Tests.Api;

/// <summary>When the file of tokens is read again.</summary>
public sealed class TokenKeeperTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("huatuo-keeper-").FullName;
    private readonly List<string> _warnings = [];
    private readonly TokenFile _file;
    private readonly TokenKeeper _keeper;

    public TokenKeeperTests()
    {
        _file = new TokenFile(_folder);
        _keeper = new TokenKeeper(_file, () => 10, TimeProvider.System, _warnings.Add);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_that_others_may_write_is_refused_until_that_is_corrected()
    {
        const UnixFileMode right = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        string secret = Make();
        DateTime written = File.GetLastWriteTimeUtc(_file.Path);
        File.SetUnixFileMode(_file.Path, right | UnixFileMode.OtherWrite);
        Assert.Null(_keeper.Find(secret));
        Assert.Null(_keeper.Find(secret));
        Assert.EndsWith("correct it with chmod 0600, and look at what is in it", Assert.Single(_warnings), StringComparison.Ordinal);
        File.SetUnixFileMode(_file.Path, right);
        Assert.Equal("one", _keeper.Find(secret)?.Token.Name);
        Assert.Equal(written, File.GetLastWriteTimeUtc(_file.Path));
    }

    [Fact]
    public void A_file_that_is_as_it_was_is_not_read_again()
    {
        Assert.Null(_keeper.Find("none"));
        string secret = Make();
        RateLimit limit = _keeper.Find(secret)!.Value.Limit;
        Assert.Same(limit, _keeper.Find(secret)!.Value.Limit);
        File.Delete(_file.Path);
        Assert.Null(_keeper.Find(secret));
        Assert.Empty(_warnings);
    }

    private string Make()
    {
        string secret = "";
        _file.Change(tokens => [.. tokens, Token.Create("one", Scope.Read, DateTimeOffset.UnixEpoch, out secret)]);
        return secret;
    }
}
