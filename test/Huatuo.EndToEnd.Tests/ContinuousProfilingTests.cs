using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Huatuo.EndToEnd.Tests.Machine;
using Huatuo.EndToEnd.Tests.Metrics;
using Huatuo.EndToEnd.Tests.Product;

namespace Huatuo.EndToEnd.Tests;

/// <summary>An agent that profiles all the time.</summary>
public sealed class ContinuousProfilingTests
{
    private const double ThreePoints = 0.03;

    // heavy does three times as much as light, and nothing else is done.
    // The same code for both, and turns of many samples each: shorter ones can keep in step with the samples.
    private const string ThreeToOne = """
        static volatile unsigned long sum;
        static void add(unsigned long count) { for (unsigned long i = 0; i < count; i++) sum += i; }
        void heavy(void) { add(30000000); }
        void light(void) { add(10000000); }
        int main(void) { for (;;) { heavy(); light(); } }
        """;

    [Fact]
    public async Task A_function_is_found_with_its_share_in_what_was_stored()
    {
        using var folder = new TemporaryFolder();
        string program = Path.Combine(folder.Path, "threetoone"), data = Path.Combine(folder.Path, "data");
        File.WriteAllText(program + ".c", ThreeToOne);
        using (Process compiler = Process.Start("gcc", ["-O0", "-fno-omit-frame-pointer", program + ".c", "-o", program]))
        {
            await compiler.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, compiler.ExitCode);
        }
        using Process busy = Process.Start(program);
        try
        {
            await using Agent agent = await Agent.StartAsync(data, "--set", "profiling.enabled=true", "--set", "profiling.frequency=499", "--set", "profiling.window=1s", "--set", "profiling.cpu_budget=100");
            string token = (await HuatuoProcess.RunAsync("token", "create", "reader", "--scope", "read", "--data-dir", data)).Expect(0).Output.Trim().Split('\n')[^1];
            JsonElement merged = default;
            await Eventually.HoldsAsync("4000 samples of the program are stored", async () =>
            {
                using HttpResponseMessage answer = await agent.GetAsync("/api/v1/profiles/merge?profiler=oncpu&format=json", token: token);
                if (answer.StatusCode == HttpStatusCode.NotFound)
                    return false;
                string text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
                merged = JsonElement.Parse(text, new JsonDocumentOptions { MaxDepth = 1024 });
                return Total(Program(merged)) >= 4_000_000_000;
            });
            JsonElement found = Program(merged);
            Assert.InRange((double)Within(found, "heavy") / Total(found), 0.75 - ThreePoints, 0.75 + ThreePoints);
            Assert.InRange((double)Within(found, "light") / Total(found), 0.25 - ThreePoints, 0.25 + ThreePoints);

            Scrape scrape = await agent.ScrapeAsync();
            Assert.True(scrape.Sum("huatuo_profiling_windows_total") >= 1);
            Assert.Equal(0, scrape.Sum("huatuo_profiling_lost_total"));
            Assert.Equal(0, scrape.Sum("huatuo_profiling_dropped_total"));
            Assert.Equal(0, scrape.Sum("huatuo_profiling_failures_total"));
            await agent.StopAsync();
        }
        finally
        {
            busy.Kill();
            await busy.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task A_task_finds_the_function_and_its_profile_is_stored_beside()
    {
        using var folder = new TemporaryFolder();
        string program = Path.Combine(folder.Path, "threetoone"), data = Path.Combine(folder.Path, "data");
        File.WriteAllText(program + ".c", ThreeToOne);
        using (Process compiler = Process.Start("gcc", ["-O0", "-fno-omit-frame-pointer", program + ".c", "-o", program]))
        {
            await compiler.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, compiler.ExitCode);
        }
        using Process busy = Process.Start(program);
        try
        {
            await using Agent agent = await Agent.StartAsync(data, "--set", "profiling.enabled=true", "--set", "profiling.window=10m");
            string token = (await HuatuoProcess.RunAsync("token", "create", "profiler", "--scope", "read,profile", "--data-dir", data)).Expect(0).Output.Trim().Split('\n')[^1];
            using var client = new HttpClient { BaseAddress = agent.Address, Timeout = Eventually.Patience };
            client.DefaultRequestHeaders.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", token);
            // Ended by the test, however long the machine takes to give the program its time.
            using var body = new StringContent($$$"""{"profiler":"oncpu","duration":"1h","target":{"pid":{{{busy.Id}}}},"options":{"frequency":499}}""");
            using HttpResponseMessage started = await client.PostAsync("/api/v1/tasks", body, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Created, started.StatusCode);
            string task = "/api/v1/tasks/" + JsonElement.Parse(await started.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("id").GetString();
            await Eventually.HoldsAsync("the task to run", async () => await StatusAsync(client, task) == "running");
            TimeSpan used = busy.TotalProcessorTime;
            await Eventually.HoldsAsync("the program to have had four seconds of a CPU", () =>
            {
                busy.Refresh();
                return busy.TotalProcessorTime - used >= TimeSpan.FromSeconds(4);
            });
            using (HttpResponseMessage stopped = await client.DeleteAsync(task, TestContext.Current.CancellationToken))
                Assert.Equal(HttpStatusCode.OK, stopped.StatusCode);
            await Eventually.HoldsAsync("the task to end", async () => await StatusAsync(client, task) == "stopped");

            JsonElement found = Program(JsonElement.Parse(await client.GetStringAsync(task + "/profile?format=json", TestContext.Current.CancellationToken), new JsonDocumentOptions { MaxDepth = 1024 }));
            Assert.True(Total(found) >= 3_000_000_000);
            Assert.InRange((double)Within(found, "heavy") / Total(found), 0.75 - ThreePoints, 0.75 + ThreePoints);
            JsonElement stored = default;
            await Eventually.HoldsAsync("the profile to be stored", async () =>
            {
                using HttpResponseMessage answer = await client.GetAsync($"/api/v1/profiles/merge?format=json&label=task_id={task.Split('/')[^1]}", TestContext.Current.CancellationToken);
                if (answer.StatusCode != HttpStatusCode.OK)
                    return false;
                stored = Program(JsonElement.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), new JsonDocumentOptions { MaxDepth = 1024 }));
                return Total(stored) == Total(found);
            });
            Assert.Equal(Within(found, "heavy"), Within(stored, "heavy"));

            // What runs now has failed after the agent was killed; what ended is there with its profile.
            using var more = new StringContent("""{"profiler":"offcpu","duration":"1h"}""");
            using HttpResponseMessage second = await client.PostAsync("/api/v1/tasks", more, TestContext.Current.CancellationToken);
            string killed = "/api/v1/tasks/" + JsonElement.Parse(await second.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("id").GetString();
            agent.Process.Signal(Signal.Kill);
            await agent.Process.EndAsync();
            await using Agent next = await Agent.StartAsync(data);
            using var again = new HttpClient { BaseAddress = next.Address, Timeout = Eventually.Patience };
            again.DefaultRequestHeaders.Authorization = client.DefaultRequestHeaders.Authorization;
            Assert.Equal(("stopped", "failed"), (await StatusAsync(again, task), await StatusAsync(again, killed)));
            Assert.Equal(Total(found), Total(Program(JsonElement.Parse(await again.GetStringAsync(task + "/profile?format=json", TestContext.Current.CancellationToken), new JsonDocumentOptions { MaxDepth = 1024 }))));
            await next.StopAsync();
        }
        finally
        {
            busy.Kill();
            await busy.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Without_it_there_is_no_thread_no_store_and_no_metric()
    {
        using var folder = new TemporaryFolder();
        await using Agent agent = await Agent.StartAsync(folder.Path);
        Assert.DoesNotContain("huatuo-profile", ((string[])[.. Directory.EnumerateDirectories($"/proc/{agent.Process.Id}/task")]).Select(task => File.ReadAllText(task + "/comm").Trim()));
        Assert.False(File.Exists(Path.Combine(folder.Path, "profiles.db")));
        string token = (await HuatuoProcess.RunAsync("token", "create", "reader", "--scope", "read", "--data-dir", folder.Path)).Expect(0).Output.Trim().Split('\n')[^1];
        using HttpResponseMessage answer = await agent.GetAsync("/api/v1/profiles/merge", token: token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("set profiling.enabled", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using HttpResponseMessage metrics = await agent.GetAsync("/metrics");
        Assert.DoesNotContain("huatuo_profiling_", await metrics.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await agent.StopAsync();
    }

    private static async Task<string?> StatusAsync(HttpClient client, string task) =>
        JsonElement.Parse(await client.GetStringAsync(task, TestContext.Current.CancellationToken)).GetProperty("status").GetString();

    private static JsonElement Program(JsonElement profile) => profile.GetProperty("stacks").EnumerateArray().FirstOrDefault(process => process.GetProperty("name").GetString() == "threetoone");

    private static long Total(JsonElement node) => node.ValueKind == JsonValueKind.Undefined ? 0 : node.GetProperty("total_ns").GetInt64();

    private static long Within(JsonElement node, string name) => node.GetProperty("name").GetString() == name
        ? Total(node)
        : node.TryGetProperty("children", out JsonElement children) ? children.EnumerateArray().Sum(child => Within(child, name)) : 0;
}
