using Huatuo.Http.Exposition;
using Microsoft.Extensions.Primitives;

namespace Huatuo.Http.Tests.Exposition;

public sealed class NegotiationTests
{
    [Theory]
    [InlineData("application/openmetrics-text")]
    [InlineData("application/openmetrics-text; version=1.0.0")]
    [InlineData("APPLICATION/OpenMetrics-Text; Version=\"1.0.0\"; charset=utf-8")]
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1")]
    [InlineData("application/vnd.google.protobuf;q=0.9,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.2,*/*;q=0.1")]
    [InlineData("text/plain;q=0.3, application/openmetrics-text;q=0.3")]
    [InlineData("text/plain;version=1.0.0, application/openmetrics-text;q=0.3")]
    public void OpenMetrics_is_chosen(string accept) =>
        Assert.Equal(ExpositionFormat.OpenMetrics, Negotiation.Choose(accept));

    [Theory]
    [InlineData("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1")]
    [InlineData("application/openmetrics-text, application/vnd.google.protobuf; encoding=\"delimited\"; proto=io.prometheus.client.MetricFamily")]
    public void Protobuf_is_chosen(string accept) =>
        Assert.Equal(ExpositionFormat.Protobuf, Negotiation.Choose(accept));

    [Theory]
    [InlineData("application/vnd.google.protobuf")]
    [InlineData("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text")]
    [InlineData("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.4, text/plain")]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("*/*")]
    [InlineData("application/*")]
    [InlineData("text/html, */*;q=0.1")]
    [InlineData("application/openmetrics-text; version=0.0.1")]
    [InlineData("application/openmetrics-text; version=2.0.0, */*;q=0.1")]
    [InlineData("application/openmetrics-text; q=0")]
    [InlineData("application/openmetrics-text; q=0.4, text/plain")]
    [InlineData("application/openmetrics-text; q=0.4, text/*; q=0.5")]
    [InlineData("application/openmetrics-text; q=0.4, */*; q=0.5")]
    [InlineData("image/png")]
    public void Text_is_chosen(string? accept) =>
        Assert.Equal(ExpositionFormat.Text, Negotiation.Choose(accept));

    [Theory]
    [InlineData("application/openmetrics-text; q=2")]
    [InlineData("application/openmetrics-text; q=x, ,;;==, text/plain; q=0.9")]
    public void A_malformed_quality_counts_as_1(string accept) =>
        Assert.Equal(ExpositionFormat.OpenMetrics, Negotiation.Choose(accept));

    [Fact]
    public void A_more_specific_range_overrides_a_wildcard() =>
        Assert.Equal(
            ExpositionFormat.OpenMetrics,
            Negotiation.Choose("application/openmetrics-text;q=0.5, */*;q=0.9, text/plain;q=0.1"));

    [Fact]
    public void All_lines_of_the_header_count() =>
        Assert.Equal(
            ExpositionFormat.OpenMetrics,
            Negotiation.Choose(new StringValues(["text/plain;q=0.1", "application/openmetrics-text"])));

    [Fact]
    public void Random_bytes_choose_something()
    {
        var random = new Random(7);
        for (var round = 0; round < 5000; round++)
        {
            var accept = new string([.. Enumerable.Range(0, random.Next(60)).Select(_ => (char)random.Next(1, 256))]);
            Assert.True(Enum.IsDefined(Negotiation.Choose($"application/openmetrics-text;{accept}")));
        }
    }
}
