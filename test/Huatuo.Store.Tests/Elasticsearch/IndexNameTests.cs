using System.Text;
using Huatuo.Store.Elasticsearch;

namespace Huatuo.Store.Tests.Elasticsearch;

public sealed class IndexNameTests
{
    [Theory]
    [InlineData("huatuo_bamai", "huatuo_bamai", "huatuo_bamai")]
    [InlineData("huatuo-{yyyy.MM.dd}", "huatuo-2026.02.03", "huatuo-*")]
    [InlineData("huatuo-{yyyy.MM}-events", "huatuo-2026.02-events", "huatuo-*-events")]
    [InlineData("a{yyyy}", "a2026", "a*")]
    public void The_name_is_made_of_the_documents_time(string text, string name, string pattern)
    {
        IndexName index = IndexName.Parse(text, out string? fault)!;
        Assert.Null(fault);
        Assert.True(index.TryOf("2026-02-03T23:59:59.000000000Z"u8, out ReadOnlySpan<byte> of));
        Assert.Equal(name, Encoding.UTF8.GetString(of));
        Assert.Equal(pattern, index.Pattern);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("_events")]
    [InlineData("-events")]
    [InlineData("Events")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a\"b")]
    [InlineData("a*")]
    [InlineData("a,b")]
    [InlineData("käse")]
    [InlineData("a-{yyyy")]
    [InlineData("a-{HH}")]
    [InlineData("a-{yyyy}-{MM}")]
    [InlineData("{yyyy}")]
    public void What_is_no_name_is_told(string text)
    {
        Assert.Null(IndexName.Parse(text, out string? fault));
        Assert.StartsWith($"'{text}'", fault, StringComparison.Ordinal);
    }
}
