using System.Net;
using System.Text.RegularExpressions;
using Huatuo.Agent.Configuration;
using Huatuo.Flow.Options;

namespace Huatuo.Agent.Tests.Configuration;

public sealed class ConfigShowTests
{
    private static string WithoutComments(string yaml) => Regex.Replace(yaml, "  # (default|huatuo.yaml:[0-9]+|--set)$", "", RegexOptions.Multiline);

    private static AgentConfig ReadsTheSame(AgentConfig config)
    {
        string shown = Sample.Show(config);
        AgentConfig again = Sample.Good(shown);
        Assert.Equal(WithoutComments(shown), WithoutComments(Sample.Show(again)));
        return again;
    }

    [Fact]
    public void WhatItPrintsIsTheSameConfiguration()
    {
        AgentConfig config = Sample.Good(
            """
            listen: "[::1]:80"
            region: "a: b # c"
            reverse_dns: {enabled: true, ttl: 90s}
            tracers:
              dropwatch:
                transport: perf
                ports: [1, 65535]
                addresses: ["::/0", 2001:db8::/32, 10.0.0.0/8, "::ffff:1.2.3.4"]
                devices: [eth0, "null", "", "true", "1", "a,b", "[x]", "- y"]
                share: 1e-7
                note: |
                  two lines
                  "and" 'quotes' \ 😀
            rules:
              - name: neigh_invalidate
                enabled: false
              - name: mine
                tracer: oom
                when:
                  - {field: a.b, in: [x, "y z", "5"]}
                  - {field: c, matches: '^\d+"\.$', not: [p, q], less: 5, greater: -7}
                  - {function: f.cold}
                  - {field: d, is: ""}
              - name: bnxt_tx_int
                when: [{function: [a, b], at: 126}]
            """);
        AgentConfig again = ReadsTheSame(config);
        Sample sample = again.Tracer(Sample.Schema);
        Assert.Equal(["eth0", "null", "", "true", "1", "a,b", "[x]", "- y"], sample.Devices);
        Assert.Equal("two lines\n\"and\" 'quotes' \\ 😀\n", sample.Note);
        Assert.Equal(IPNetwork.Parse("::/0"), sample.Addresses[0]);
        Assert.Equal(["neigh_invalidate", "mine", "bnxt_tx_int", "close_wait_purge"], again.Rules.Select(rule => rule.Rule.Name));
    }

    [Fact]
    public void AnyTextReadsTheSame()
    {
        var random = new Random(7);
        const string Letters = "ab\"\\'#:,[]{}&*!|>%@`-? \t\n\r\0\u001b\u0085\u2028\ufeff\u00e9\u4e2d~=<.0_/";
        for (int i = 0; i < 500; i++)
        {
            string text = new([.. Enumerable.Range(0, random.Next(8)).Select(_ => Letters[random.Next(Letters.Length)])]);
            text += random.Next(6) switch { 0 => "😀", 1 => "\ufffe", 2 => "\u200b", _ => "" };
            var config = Sample.Config("", new Diagnostics(), $"region={text}");
            Assert.Equal(text, ReadsTheSame(config).Options.Region);
            config.Tracer(Sample.Schema).Devices = [text, "x"];
            Assert.Equal([text, "x"], ReadsTheSame(config).Tracer(Sample.Schema).Devices);
        }
    }

    [Theory]
    [InlineData("NO")]
    [InlineData("null")]
    [InlineData("12")]
    [InlineData("1.5")]
    [InlineData("12:30")]
    [InlineData("0x1f")]
    [InlineData("-")]
    public void TextThatOthersWouldReadAsSomethingElseIsQuoted(string text) => Assert.Equal($"\"{text}\"", YamlText.Format(text));

    [Theory]
    [InlineData("eth0")]
    [InlineData("/var/lib/huatuo")]
    [InlineData("layers.tcp.sk_state")]
    public void OrdinaryTextIsNotQuoted(string text) => Assert.Equal(text, YamlText.Format(text));
}
