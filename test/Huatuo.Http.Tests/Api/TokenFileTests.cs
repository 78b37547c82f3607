using Huatuo.Http.Security;

namespace Huatuo.Http.Tests.Api;

public sealed class TokenFileTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 1, 2, 3, TimeSpan.Zero);

    private readonly string _folder = Directory.CreateTempSubdirectory("huatuo-tokens-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_is_kept_is_all_but_the_secret()
    {
        var file = new TokenFile(Path.Combine(_folder, "data"));
        Assert.Empty(file.Read());
        Token token = Token.Create("ci", Scope.Read | Scope.Profile, Now, out string secret);
        Assert.Matches("^huatuo_[A-Za-z0-9_-]{43}$", secret);
        file.Change(tokens => [.. tokens, token, token with { Name = "other", Scopes = Scope.Control }]);
        Assert.Equal(
            ["ci Read, Profile", "other Control"],
            file.Read().Select(known => $"{known.Name} {known.Scopes}"));
        Assert.All(file.Read(), known => Assert.Equal((Now, Convert.ToHexString(Token.HashOf(secret))), (known.CreatedAt, Convert.ToHexString(known.Hash))));
        Assert.DoesNotContain(secret, File.ReadAllText(file.Path), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file.Path));
        Assert.NotEqual(secret, Secret());
    }

    [Fact]
    public void Two_changes_at_a_time_are_refused_and_one_that_fails_changes_nothing()
    {
        var file = new TokenFile(_folder);
        file.Change(tokens => [.. tokens, Token.Create("one", Scope.Read, Now, out _)]);
        file.Change(tokens =>
        {
            Assert.Throws<IOException>(() => file.Change(other => []));
            return [.. tokens, Token.Create("two", Scope.Read, Now, out _)];
        });
        Assert.Throws<IOException>(() => file.Change(_ => throw new IOException("no")));
        Assert.Equal(["one", "two"], file.Read().Select(token => token.Name));
        Assert.Equal(["tokens.json", "tokens.json.lock"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Whatever_is_in_the_file_is_told_and_nothing_else_happens()
    {
        var file = new TokenFile(_folder);
        file.Change(tokens => [Token.Create("one", Scope.Read, Now, out _)]);
        byte[] good = File.ReadAllBytes(file.Path);
        var random = new Random(5);
        for (int round = 0; round < 500; round++)
        {
            byte[] bad = [.. good];
            for (int i = random.Next(1, 8); i > 0; i--)
                bad[random.Next(bad.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(file.Path, random.Next(4) == 0 ? bad[..random.Next(bad.Length)] : bad);
            try
            {
                Assert.InRange(file.Read().Count, 0, 1);
            }
            catch (IOException told)
            {
                Assert.StartsWith($"{file.Path} is not a file of tokens: ", told.Message, StringComparison.Ordinal);
            }
        }
        File.WriteAllText(file.Path, "{\"version\":2,\"tokens\":[]}");
        Assert.Equal($"{file.Path} is not a file of tokens: it was written by another version of huatuo", Assert.Throws<IOException>(file.Read).Message);
        File.WriteAllBytes(file.Path, new byte[2 << 20]);
        Assert.Throws<IOException>(file.Read);
    }

    [Theory]
    [InlineData("ci", true)]
    [InlineData("A.b_c-9", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("../x", false)]
    [InlineData("a\nb", false)]
    public void Names_are_words(string name, bool isOne) => Assert.Equal(isOne, Token.IsName(name));

    private static string Secret()
    {
        Token.Create("ci", Scope.Read, Now, out string secret);
        return secret;
    }
}
