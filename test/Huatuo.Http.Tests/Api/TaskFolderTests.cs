using Huatuo.Flow.Ledger;
using Huatuo.Http.Api.Tasks;
using Microsoft.Extensions.Time.Testing;

namespace Huatuo.Http.Tests.Api;

/// <summary>Tasks over a restart of the agent.</summary>
public sealed class TaskFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("huatuo-tasks-").FullName;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 1, 2, 3, TimeSpan.Zero));
    private readonly List<string> _warnings = [];

    private string Folder => Path.Combine(_folder, "tasks");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Those_that_had_ended_have_their_result_and_those_that_ran_have_failed()
    {
        var runs = new Work();
        TaskBoard before = Board();
        before.Start("ended", new Work { Documents = ["{\"n\":1}", "{\"n\":2}"], IsOver = true }, TimeSpan.FromSeconds(5), out _);
        await before.Rest.WaitAsync(TestServer.Guard, TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(1));
        before.Start("runs", runs, TimeSpan.FromHours(1), out _);
        await runs.Begun.WaitAsync(TestServer.Guard, TestContext.Current.CancellationToken);

        // The agent is killed here: the board is not disposed of, and another comes.
        await using TaskBoard after = Board();
        ApiTask[] all = [.. after.All];
        Assert.Equal(["ended completed  2", "runs failed the agent ended while it ran 0"], all.Select(task => $"{task.Id} {task.Status} {task.Error} {task.Documents.Count}"));
        Assert.Equal("{\"n\":1}\n{\"n\":2}\n", System.Text.Encoding.UTF8.GetString(all[0].Documents.ToLines()));
        Assert.Equal(("tracer", "work", TimeSpan.FromSeconds(5)), (all[0].Kind, all[0].Name, all[0].Duration));
        Assert.Equal(new DateTimeOffset(2026, 11, 26, 1, 2, 3, TimeSpan.Zero), all[0].StartedAt);
        after.Start("ended", new Work(), TimeSpan.FromHours(1), out bool isNew);
        Assert.False(isNew);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(Folder, "ended.ndjson")));

        _time.Advance(TimeBeyond);
        Assert.Empty(after.All);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder));
        await before.DisposeAsync();
        Assert.Empty(_warnings);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("{\"kind\":5,\"name\":\"x\",\"duration_seconds\":1,\"started_at\":\"2026-11-26T01:02:03Z\",\"dropped\":0}")]
    [InlineData("{\"kind\":\"tracer\",\"name\":\"x\",\"duration_seconds\":1,\"started_at\":\"noon\",\"dropped\":0}")]
    public async Task A_file_that_is_no_task_is_told_and_removed(string content)
    {
        Directory.CreateDirectory(Folder);
        string file = Path.Combine(Folder, "odd.json");
        File.WriteAllText(file, content);
        await using TaskBoard board = Board();
        Assert.Empty(board.All);
        Assert.Equal([$"{file} is no task, and is removed"], _warnings);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task Where_nothing_can_be_kept_tasks_run_all_the_same()
    {
        File.WriteAllText(Folder, "in the way");
        await using TaskBoard board = Board();
        ApiTask task = board.Start(null, new Work { Documents = ["{}"], IsOver = true }, TimeSpan.FromSeconds(5), out _);
        await board.Rest.WaitAsync(TestServer.Guard, TestContext.Current.CancellationToken);
        Assert.Equal(2, _warnings.Count);
        Assert.Equal(("completed", 1), (task.Status, task.Documents.Count));
        Assert.All(_warnings, warning => Assert.StartsWith("tasks are not kept over a restart: ", warning, StringComparison.Ordinal));
    }

    private static TimeSpan TimeBeyond => TaskBoard.Kept + TimeSpan.FromSeconds(1);

    private TaskBoard Board() => new(new TaskFolder(Folder, _warnings.Add), _time);

    private sealed class Work : ITaskWork
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Kind => ApiTask.Tracer;

        public string Name => "work";

        public int Bound => 1000;

        public string[] Documents { get; init; } = [];

        public bool IsOver { get; init; }

        public Task Begun => _begun.Task;

        public async Task<string?> RunAsync(ApiTask task)
        {
            task.Begin();
            task.Documents.Open("work", new SinkLedger("task"));
            foreach (string document in Documents)
                task.Documents.Accept(System.Text.Encoding.UTF8.GetBytes(document));
            _begun.SetResult();
            if (!IsOver)
                await task.Stopped;
            return null;
        }
    }
}
