using System.Collections.Concurrent;
using Google.Protobuf;
using Huatuo.Store.Tests.Otlp.Profiles.Proto;
using Huatuo.Store.Tests.Remote;

namespace Huatuo.Store.Tests.Otlp.Profiles;

/// <summary>A receiver of OpenTelemetry's profiles that takes nothing it does not know, and no index that leads nowhere.</summary>
internal sealed class ProfilesServer : TestServer
{
    /// <summary>Every request that was taken.</summary>
    public ConcurrentQueue<ExportProfilesRequest> Taken { get; } = [];

    /// <summary>What is answered to a request that is taken; an empty message by default.</summary>
    public Func<ExportProfilesRequest, ExportProfilesReply> Reply { get; set; } = _ => new ExportProfilesReply();

    /// <summary>Where profiles go.</summary>
    public Uri Profiles => new(Address, "/v1development/profiles");

    public static ExportProfilesRequest Parse(TestRequest request)
    {
        Assert.Equal(("POST", "/v1development/profiles"), (request.Method, request.Path));
        Assert.Equal("application/x-protobuf", request.Headers["content-type"]);
        byte[] content = request.Content;
        ExportProfilesRequest parsed = ExportProfilesRequest.Parser.ParseFrom(content);
        Assert.Equal(ExportProfilesRequest.Parser.WithDiscardUnknownFields(true).ParseFrom(content).ToByteArray(), parsed.ToByteArray());
        Check(parsed.Dictionary);
        return parsed;
    }

    protected override TestAnswer Answer(TestRequest request)
    {
        ExportProfilesRequest parsed = Parse(request);
        Taken.Enqueue(parsed);
        return new TestAnswer(200, Reply(parsed).ToByteArray());
    }

    // The first of every table is empty, nothing is there twice, and everything is used.
    private static void Check(Dictionary tables)
    {
        Assert.Equal("", tables.StringTable[0]);
        Assert.Equal(new Mapping(), tables.MappingTable[0]);
        Assert.Equal(new Location(), tables.LocationTable[0]);
        Assert.Equal(new Function(), tables.FunctionTable[0]);
        Assert.Equal(new Link(), Assert.Single(tables.LinkTable));
        Assert.Equal(new KeyValueAndUnit(), tables.AttributeTable[0]);
        Assert.Equal(new Stack(), tables.StackTable[0]);
        Assert.Distinct(tables.StringTable);
        Assert.Distinct(tables.MappingTable);
        Assert.Distinct(tables.LocationTable);
        Assert.Distinct(tables.FunctionTable);
        Assert.Distinct(tables.AttributeTable);
        Assert.Distinct(tables.StackTable);
        Assert.Equal(Enumerable.Range(1, tables.LocationTable.Count - 1), tables.StackTable.SelectMany(stack => stack.LocationIndices).Distinct().Order());
        Assert.Equal(Enumerable.Range(1, tables.FunctionTable.Count - 1), tables.LocationTable.SelectMany(place => place.Lines).Select(line => line.FunctionIndex).Distinct().Order());
        Assert.Equal(Enumerable.Range(0, tables.MappingTable.Count), tables.LocationTable.Select(place => place.MappingIndex).Distinct().Order());
    }
}
