using Huatuo.Http.Security;

namespace Huatuo.Http.Tests.Api;

/// <summary>When the file of tokens is read again.</summary>
public sealed class TokenKeeperTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("huatuo-keeper-").FullName;
    private readonly List<string> _warnings = [];
    private readonly List<string> _audit = [];
    private readonly TokenFile _file;
    private readonly TokenKeeper _keeper;

    public TokenKeeperTests()
    {
        _file = new TokenFile(_folder);
        _keeper = new TokenKeeper(_file, () => 10, TimeProvider.System, _warnings.Add, _audit.Add);
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

    [Fact]
    public void Tokens_that_are_made_changed_or_revoked_are_told_once_and_those_of_the_beginning_are_not()
    {
        string first = Make();
        _keeper.Begin();
        Assert.Equal([], Told(first));
        string second = Make("two", Scope.Read | Scope.Control);
        Assert.Equal(["the token two (read, control) was made"], Told(second));
        _file.Change(tokens => [.. tokens.Select(token => token.Name == "two" ? token with { Scopes = Scope.Profile } : token)]);
        Assert.Equal(["the token two (profile) was changed"], Told(second));
        _file.Change(tokens => [.. tokens.Where(token => token.Name == "two")]);
        Assert.Equal(["the token one (read) was revoked"], Told(first));
        // Another secret under the same name.
        _file.Change(tokens => [.. tokens.Where(token => token.Name != "two")]);
        Make("two", Scope.Profile);
        Assert.Equal(["the token two (profile) was changed"], Told(second));
    }

    [Fact]
    public void What_has_changed_while_the_file_could_not_be_used_is_told_afterwards()
    {
        string secret = Make();
        _keeper.Begin();
        byte[] whole = File.ReadAllBytes(_file.Path);
        File.WriteAllText(_file.Path, "{");
        Assert.Equal([], Told(secret));
        File.WriteAllBytes(_file.Path, whole);
        Assert.Equal([], Told(secret));
        File.WriteAllText(_file.Path, "{");
        Assert.Equal([], Told(secret));
        File.Delete(_file.Path);
        Assert.Equal(["the token one (read) was revoked"], Told(secret));
    }

    private string[] Told(string secret)
    {
        _audit.Clear();
        _keeper.Find(secret);
        _keeper.Find(secret);
        return [.. _audit];
    }

    private string Make(string name = "one", Scope scopes = Scope.Read)
    {
        string secret = "";
        _file.Change(tokens => [.. tokens, Token.Create(name, scopes, DateTimeOffset.UnixEpoch, out secret)]);
        return secret;
    }
}
