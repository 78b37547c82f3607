using System.Text.Json;
using Huatuo.Store.Files;

namespace Huatuo.Http.Api.Tasks;

/// <summary>Keeps tasks over a restart of the agent: for each a file with its state and, at its end, one with its result.</summary>
/// <param name="path">The folder; made when it is first needed. Empty to keep nothing.</param>
/// <param name="warn">Told what goes wrong.</param>
internal sealed class TaskFolder(string path, Action<string> warn)
{
    private const string State = ".json", Result = ".ndjson";
    private const int LargestState = 64 << 10;
    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes a task's state, and its result when it has ended.</summary>
    public void Save(ApiTask task) => Try(() =>
    {
        Directory.CreateDirectory(path, FolderMode);
        if (!task.IsActive)
            AtomicFile.Write(Path.Combine(path, task.Id + Result), task.Documents.ToLines(), FileMode);
        AtomicFile.Write(Path.Combine(path, task.Id + State), Write(task), FileMode);
    });

    /// <summary>Removes what is kept of a task.</summary>
    public void Remove(string id) => Try(() =>
    {
        File.Delete(Path.Combine(path, id + State));
        File.Delete(Path.Combine(path, id + Result));
    });

    /// <summary>The tasks of earlier runs of the agent, the oldest first; those that had not ended then have failed.</summary>
    /// <param name="now">When they failed.</param>
    public List<ApiTask> Load(DateTimeOffset now)
    {
        List<ApiTask> tasks = [];
        Try(() =>
        {
            if (!Directory.Exists(path))
                return;
            foreach (string file in Directory.EnumerateFiles(path, "*" + State))
            {
                string id = Path.GetFileNameWithoutExtension(file);
                if (Read(id, file) is not { } task)
                {
                    warn($"{file} is no task, and is removed");
                    Remove(id);
                    continue;
                }
                if (task.IsActive)
                {
                    task.End("failed", "the agent ended while it ran", now);
                    Save(task);
                }
                tasks.Add(task);
            }
        });
        return [.. tasks.OrderBy(task => task.StartedAt)];
    }

    private ApiTask? Read(string id, string file)
    {
        try
        {
            if (new FileInfo(file).Length > LargestState)
                return null;
            JsonElement state = JsonElement.Parse(File.ReadAllBytes(file));
            string result = Path.Combine(path, id + Result);
            var documents = new TaskDocuments(File.Exists(result) ? File.ReadAllBytes(result) : [], state.GetProperty("dropped").GetInt64());
            var task = new ApiTask(
                id, state.GetProperty("kind").GetString()!, state.GetProperty("name").GetString()!,
                TimeSpan.FromSeconds(state.GetProperty("duration_seconds").GetDouble()), documents, state.GetProperty("started_at").GetDateTimeOffset());
            if (state.TryGetProperty("ended_at", out JsonElement ended))
                task.End(state.GetProperty("status").GetString()!, state.GetProperty("error").GetString()!, ended.GetDateTimeOffset());
            return task;
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static byte[] Write(ApiTask task)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("kind", task.Kind);
            json.WriteString("name", task.Name);
            json.WriteNumber("duration_seconds", task.Duration.TotalSeconds);
            json.WriteString("started_at", task.StartedAt);
            json.WriteNumber("dropped", task.Documents.Dropped);
            if (task.EndedAt is { } ended)
            {
                json.WriteString("ended_at", ended);
                json.WriteString("status", task.Status);
                json.WriteString("error", task.Error);
            }
            json.WriteEndObject();
        }
        return text.ToArray();
    }

    private void Try(Action action)
    {
        if (path.Length == 0)
            return;
        try
        {
            action();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            warn($"tasks are not kept over a restart: {fault.Message}");
        }
    }
}
