using Huatuo.Docs.Tests.Guides;

namespace Huatuo.Docs.Tests;

/// <summary>docs/guides/api.md, typed command by command; needs root and bin/huatuo.</summary>
public sealed class AskingTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 600_000)]
    public async Task EveryCommandDoesWhatTheGuideSays()
    {
        Dictionary<string, string> blocks = Guide.Blocks(Repository.Read("docs/guides/api.md")).ToDictionary(block => block.Word, block => block.Commands);
        Assert.Equal(["folder", "agent", "root", "token", "events", "stream", "control", "change", "task", "revoke", "clean"], blocks.Keys);
        string folder = (await RunAsync(blocks["folder"])).Trim();
        Assert.True(Directory.Exists(folder));
        // As a reader sets it in both terminals.
        blocks = blocks.ToDictionary(block => block.Key, block => block.Value.Replace("$dir", folder, StringComparison.Ordinal));
        try
        {
            using Shell agent = Shell.Start(blocks["agent"]);
            Assert.Contains("\"ready\":true", await RunAsync(blocks["root"]), StringComparison.Ordinal);
            string token = await RunAsync(blocks["token"]);
            Assert.Matches(@"^reader +\S+Z read\n\{""name"":""dropwatch"",.*""state"":""running""", token);
            Assert.Contains("\"drop_reason\":\"NO_SOCKET\"", await RunAsync(blocks["events"]), StringComparison.Ordinal);
            string stream = await RunAsync(blocks["stream"]);
            Assert.StartsWith(": connected\n\nid: ", stream, StringComparison.Ordinal);
            Assert.Contains("\"source\":\"/huatuo/", stream, StringComparison.Ordinal);
            string control = await RunAsync(blocks["control"]);
            Assert.Matches(@"""scope_missing"".*""state"":""stopped"".*""state"":""running""", control);
            string change = await RunAsync(blocks["change"]);
            Assert.Matches(@"store\.local\.max_sise: unknown key; did you mean \\u0027max_size\\u0027.*""max_size"":""2GiB""\n\{\s+""version"": 1,\s+""options"": \{\s+""store\.local\.max_size"": ""2GiB"",\s+""rules"": \[\{""name"":""not-1011""", change);
            string task = await RunAsync(blocks["task"]);
            Assert.Matches(@"""tracer"":""dropwatch"",""status"":""running"",[^\n]*\n[^\n]*""drop_reason"":""NO_SOCKET""[^\n]*""source"":""tools""[^\n]*\n\{""id""", task);
            Assert.Contains("\"token_invalid\"", await RunAsync(blocks["revoke"]), StringComparison.Ordinal);
            Assert.Equal(0, await agent.InterruptAsync(Stop));
        }
        finally
        {
            await Shell.RunAsync(blocks["clean"], CancellationToken.None);
        }
        Assert.False(Directory.Exists(folder));
    }

    private static async Task<string> RunAsync(string commands)
    {
        (int code, string output) = await Shell.RunAsync(commands, Stop);
        Assert.Equal(0, code);
        return output;
    }
}
