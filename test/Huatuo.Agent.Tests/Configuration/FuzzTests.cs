using System.Text;
using Huatuo.Agent.Configuration;
using Huatuo.Flow.Options;

namespace Huatuo.Agent.Tests.Configuration;

public sealed class FuzzTests
{
    private const string Seed =
        """
        # a comment
        listen: 127.0.0.1:19704
        region: "north\n" # why
        reverse_dns: {enabled: true, ttl: 90s, max_entries: 7}
        store:
          local:
            rotate_size: 1MiB
            queue_bytes: '65536'
        tracers:
          dropwatch:
            ports: [80, 443]
            devices:
              - eth0
              - >-
                folded
                text
            note: |
              block
            share: 0.25
        rules:
          - name: neigh_invalidate
            enabled: false
          - name: mine
            tracer: oom
            when:
              - function: [f, g]
                at: 3
              - field: a.b
                matches: "^a(b|c)+$"
        """;

    private static readonly string[] Pieces =
    [
        "\"", "'", "[", "]", "{", "}", ":", ": ", "- ", "\n", "\n  ", "\t", "&a ", "*a", "!!str ", "!<", "|", ">", "|2-", "%YAML 1.2\n",
        "---\n", "...\n", "? ", "#", "\\", "\\u", "\\xff", "\0", "\u0085", "\u2028", ",", "~", "<<: ", "@", "`", "\r", "é", "😀",
    ];

    /// <summary>Whatever is read: diagnostics, or a configuration that is the same when printed and read again.</summary>
    private static bool Check(byte[] yaml)
    {
        var diagnostics = new Diagnostics();
        AgentConfig config = Sample.Config(yaml, diagnostics);
        Assert.All(diagnostics.Errors, error =>
        {
            Assert.StartsWith("huatuo.yaml:", error.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.ToString());
        });
        if (diagnostics.HasErrors)
            return false;
        string shown = Sample.Show(config);
        Sample.Good(shown);
        return true;
    }

    [Fact]
    public void TheSeedIsGood() => Assert.True(Check(Encoding.UTF8.GetBytes(Seed)));

    [Fact]
    public void MutatedYaml()
    {
        var random = new Random(8);
        int good = 0;
        for (int i = 0; i < 4_000; i++)
        {
            var text = new StringBuilder(Seed);
            for (int edits = random.Next(1, 5); edits > 0; edits--)
            {
                int at = random.Next(text.Length);
                switch (random.Next(4))
                {
                    case 0:
                        text.Remove(at, random.Next(1, int.Min(30, text.Length - at + 1)));
                        break;
                    case 1:
                        text.Insert(at, Pieces[random.Next(Pieces.Length)]);
                        break;
                    case 2:
                        text[at] = (char)random.Next(1, 128);
                        break;
                    default:
                        int from = random.Next(text.Length);
                        text.Insert(at, text.ToString(from, random.Next(int.Min(60, text.Length - from))));
                        break;
                }
            }

            good += Check(Encoding.UTF8.GetBytes(text.ToString())) ? 1 : 0;
        }

        Assert.InRange(good, 10, 3_990);
    }

    [Fact]
    public void PiecesOfYaml()
    {
        var random = new Random(9);
        for (int i = 0; i < 5_000; i++)
            Check(Encoding.UTF8.GetBytes(string.Concat(random.GetItems(Pieces, random.Next(20)))));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("- ")]
    [InlineData("a")]
    [InlineData("a: 1\n")]
    [InlineData("? ")]
    [InlineData("\"")]
    [InlineData(" ")]
    [InlineData("\n")]
    [InlineData("#\n")]
    [InlineData("- {name: x}\n")]
    [InlineData("rules: [")]
    [InlineData("a,")]
    [InlineData("--- ")]
    public void LargeFiles(string piece)
    {
        string text = string.Concat(Enumerable.Repeat(piece, ConfigFile.LargestBytes / piece.Length));
        Check(Encoding.UTF8.GetBytes(text));
        Check(Encoding.UTF8.GetBytes($"rules: [{text[..^10]}]"));
    }

    [Fact]
    public void RandomBytes()
    {
        var random = new Random(10);
        for (int i = 0; i < 2_000; i++)
        {
            byte[] bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            Check(bytes);
            for (int j = 0; j < bytes.Length; j++)
                bytes[j] &= 0x7f;
            Check([.. bytes.Where(b => b >= ' ' || b == '\n')]);
        }
    }
}
