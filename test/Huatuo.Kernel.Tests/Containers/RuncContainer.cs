using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.Kernel.Tests.Containers;

/// <summary>A container of runc with namespaces of its own, over a root file system that holds busybox alone.</summary>
internal sealed class RuncContainer : IAsyncDisposable
{
    private const string Runc = "/usr/sbin/runc", Busybox = "/bin/busybox";
    private readonly string _bundle = Directory.CreateTempSubdirectory("huatuo-runc-").FullName;
    private readonly string _name = string.Create(CultureInfo.InvariantCulture, $"huatuo-{Environment.ProcessId}-{Guid.NewGuid():N}");
    private readonly string _parent;

    /// <param name="hostname">Its host name.</param>
    /// <param name="memory">Its memory limit in bytes; 0 for none.</param>
    /// <param name="program">A program of busybox and its arguments.</param>
    internal RuncContainer(string hostname, long memory, params string[] program)
    {
        Id = Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()) + Convert.ToHexStringLower(Guid.NewGuid().ToByteArray());
        _parent = "/" + _name;
        Directory.CreateDirectory(Path.Combine(_bundle, "rootfs/bin"));
        File.Copy(Busybox, Path.Combine(_bundle, "rootfs/bin/busybox"));
        Command.Run("", Runc, "spec", "--bundle", _bundle);
        string file = Path.Combine(_bundle, "config.json");
        JsonObject config = JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        config["hostname"] = hostname;
        JsonObject process = config["process"]!.AsObject();
        process["terminal"] = false;
        process["args"] = new JsonArray([.. new[] { "/bin/busybox" }.Concat(program).Select(word => JsonValue.Create(word))]);
        // Raising a limit takes CAP_SYS_RESOURCE, which not every machine gives.
        process.Remove("rlimits");
        JsonObject linux = config["linux"]!.AsObject();
        linux["cgroupsPath"] = CgroupPath;
        if (memory > 0)
            linux["resources"]!.AsObject()["memory"] = new JsonObject { ["limit"] = memory };
        File.WriteAllText(file, config.ToJsonString());
    }

    /// <summary>The id that its cgroup is named by.</summary>
    internal string Id { get; }

    internal string CgroupPath => $"{_parent}/{Id}";

    /// <summary>Skips the test where runc is not there.</summary>
    internal static void Require() => Assert.SkipUnless(File.Exists(Runc) && File.Exists(Busybox), "this machine lacks runc or busybox (Debian: runc, busybox-static)");

    /// <summary>Runs it to its end, however that is.</summary>
    /// <returns>The exit code.</returns>
    internal async Task<int> RunAsync()
    {
        using Process run = Command.Start(Runc, "run", "--bundle", _bundle, _name);
        run.StandardInput.Close();
        Task<string> output = run.StandardOutput.ReadToEndAsync(), errors = run.StandardError.ReadToEndAsync();
        await run.WaitForExitAsync();
        await output;
        Assert.DoesNotContain("level=error", await errors, StringComparison.Ordinal);
        return run.ExitCode;
    }

    public ValueTask DisposeAsync()
    {
        using Process delete = Command.Start(Runc, "delete", "--force", _name);
        delete.WaitForExit();
        Directory.Delete(_bundle, recursive: true);
        // runc makes the parent in every hierarchy and leaves it.
        foreach (string mount in File.ReadLines("/proc/self/mountinfo").Where(line => line.Contains(" - cgroup", StringComparison.Ordinal)).Select(line => line.Split(' ')[4]).Distinct())
            if (Directory.Exists(mount + _parent))
                Directory.Delete(mount + _parent);
        return ValueTask.CompletedTask;
    }
}
