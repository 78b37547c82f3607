using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Huatuo.Flow.Tracing;
using Huatuo.Kernel.Tests.Harness;

namespace Huatuo.Tracers.Security.SyscallAudit;

/// <summary>Processes that make system calls and tell themselves what came of each; every document is compared with that.</summary>
public sealed class SyscallAuditKernelTests
{
    private const string Container = "5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e";
    private const string Nowhere = "/nowhere-huatuo";

    // An ELF file that does setuid(0) and exit(0) by int 0x80: header, one segment, code.
    private static readonly byte[] s_setuidOf32Bits =
    [
        0x7f, (byte)'E', (byte)'L', (byte)'F', 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 3, 0, 1, 0, 0, 0, 0x54, 0x80, 4, 8, 52, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 52, 0, 32, 0, 1, 0, 0, 0, 0, 0, 0, 0,
        1, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 4, 8, 0, 0x80, 4, 8, 107, 0, 0, 0, 107, 0, 0, 0, 5, 0, 0, 0, 0, 0x10, 0, 0,
        0xb8, 213, 0, 0, 0, 0xbb, 0, 0, 0, 0, 0xcd, 0x80, 0xb8, 1, 0, 0, 0, 0x31, 0xdb, 0xcd, 0x80, 0x90, 0x90,
    ];

    // Each makes one call. $d is a folder, $c a child that waits; call() prints the result and the error.
    private static readonly CallCase[] s_cases =
    [
        new(AuditedCall.Unshare, "0x20000", new { flags = "CLONE_NEWNS" }),
        new(AuditedCall.Unshare, "1", new { flags = "0x1" }),
        new(AuditedCall.Mount, "str('none'), str('/'), 0, 0x44000, 0", new { source = "none", target = "/", mountflags = "MS_REC|MS_PRIVATE" }),
        new(AuditedCall.Mount, "str('tmpfs'), str($d), str('tmpfs'), 6, 0", new { source = "tmpfs", target = "$d", filesystemtype = "tmpfs", mountflags = "MS_NOSUID|MS_NODEV" }),
        new(AuditedCall.Mount, $"str('x'), str('{Nowhere}'), str('nofs'), 0, 0", new { source = "x", target = Nowhere, filesystemtype = "nofs", mountflags = "0" }),
        new(AuditedCall.Umount2, "str($d), 2", new { target = "$d", flags = "MNT_DETACH" }),
        new(AuditedCall.Umount2, $"str('{Nowhere}'), 0", new { target = Nowhere, flags = "0" }),
        new(AuditedCall.Open, "str('/etc/shadow'), 0x401, 0", new { filename = "/etc/shadow", flags = "O_WRONLY|O_APPEND" }),
        new(AuditedCall.Openat, "-100, str('/etc/shadow'), 0x80000, 0", new { dirfd = "AT_FDCWD", filename = "/etc/shadow", flags = "O_RDONLY|O_CLOEXEC" }),
        new(AuditedCall.Openat, "-100, str('/etc/shadow-huatuo'), 0, 0", new { dirfd = "AT_FDCWD", filename = "/etc/shadow-huatuo", flags = "O_RDONLY" }),
        new(AuditedCall.Openat2, "-100, str('/etc/shadow'), str(pack('Q3', 0, 0, 4)), 24", new { dirfd = "AT_FDCWD", filename = "/etc/shadow", flags = "O_RDONLY", resolve = "RESOLVE_NO_SYMLINKS" }),
        new(AuditedCall.Ptrace, "0x4206, $c, 0, 0", new { request = "PTRACE_SEIZE", pid = "$c", addr = "0x0", data = "0x0" }),
        new(AuditedCall.Ptrace, "16, 0x3ffffffe, 0, 0", new { request = "PTRACE_ATTACH", pid = 0x3ffffffe, addr = "0x0", data = "0x0" }),
        new(AuditedCall.InitModule, "str('bad'), 3, str('a=b')", new { len = 3, param_values = "a=b" }),
        new(AuditedCall.FinitModule, "-1, str('a=b'), 1", new { fd = -1, param_values = "a=b", flags = "MODULE_INIT_IGNORE_MODVERSIONS" }),
        new(AuditedCall.DeleteModule, "str('nowhere_huatuo'), 0x800", new { name = "nowhere_huatuo", flags = "O_NONBLOCK" }),
        new(AuditedCall.Bpf, "0, str(pack('L7a16', 2, 4, 4, 1, 0, 0, 0, 'huatuo_test')), 44", new { cmd = "BPF_MAP_CREATE", map_type = "BPF_MAP_TYPE_ARRAY", map_name = "huatuo_test" }),
        new(AuditedCall.Bpf, "5, str(pack('L2Q2L2QL2a16', 1, 0, 0, 0, 0, 0, 0, 0, 0, 'huatuo_bad')), 64", new { cmd = "BPF_PROG_LOAD", prog_type = "BPF_PROG_TYPE_SOCKET_FILTER", prog_name = "huatuo_bad" }),
        new(AuditedCall.Connect, "$udp, str(pack('Sna4x8', 2, 9, pack('C4', 127, 0, 0, 1))), 16", new { sockfd = "$udp", family = "AF_INET", address = "127.0.0.1:9" }),
        new(AuditedCall.Connect, "$tcp6, str(pack('SnLa16L', 10, 1, 0, (chr(0) x 15) . chr(1), 0)), 28", new { sockfd = "$tcp6", family = "AF_INET6", address = "[::1]:1" }),
        new(AuditedCall.Connect, $"$unix, str(pack('Sa*', 1, '{Nowhere}')), {17}", new { sockfd = "$unix", family = "AF_UNIX", address = Nowhere }),
        new(AuditedCall.Setns, "$uts, 0x4000000", new { fd = "$uts", nstype = "CLONE_NEWUTS" }),
        new(AuditedCall.Setns, "-1, 0", new { fd = -1, nstype = "0" }),
        new(AuditedCall.Kill, "$c, 9", new { pid = "$c", sig = "SIGKILL" }),
        new(AuditedCall.Kill, "0x3ffffffe, 15", new { pid = 0x3ffffffe, sig = "SIGTERM" }),
        new(AuditedCall.Execve, $"str('{Nowhere}'), str(pack('PPJ', str('x'), str('a b'), 0)), str(pack('J', 0))", new { filename = Nowhere, argv = (string[])["x", "a b"] }),
        new(AuditedCall.Execveat, $"-100, str('{Nowhere}'), str(pack('PJ', str('x'), 0)), str(pack('J', 0)), 0x100", new { dirfd = "AT_FDCWD", filename = Nowhere, argv = (string[])["x"], flags = "AT_SYMLINK_NOFOLLOW" }),
        new(AuditedCall.Setgid, "0", new { gid = 0 }),
        new(AuditedCall.Setresgid, "-1, -1, -1", new { rgid = -1, egid = -1, sgid = -1 }),
        new(AuditedCall.Setuid, "0", new { uid = 0 }),
        new(AuditedCall.Setresuid, "65534, 65534, 65534", new { ruid = 65534, euid = 65534, suid = 65534 }),
        new(AuditedCall.Setresuid, "0, -1, -1", new { ruid = 0, euid = -1, suid = -1 }),
        new(AuditedCall.Setuid, "0", new { uid = 0 }),
        new(AuditedCall.Setgid, "7", new { gid = 7 }),
        new(AuditedCall.Setresgid, "7, 7, 7", new { rgid = 7, egid = 7, sgid = 7 }),
    ];

    [Theory]
    [InlineData(Transport.RingBuffer, 0)]
    [InlineData(Transport.Perf, 0)]
    [InlineData(Transport.RingBuffer, 1)]
    public async Task Every_call_is_told_as_its_caller_saw_it(Transport transport, int rung)
    {
        CallCase[] cases = [.. s_cases.Where(call => SystemCall.Of((byte)call.Call)!.Number >= 0)];
        string folder = Directory.CreateTempSubdirectory("huatuo-audit-").FullName;
        try
        {
            var definition = new SyscallAuditTracer();
            await using RunningTracer tracer = await RunningTracer.StartAsync(
                definition, Options(transport, [.. SystemCall.All.Select(call => call.Call)], definition.Ladder[rung].Name));
            DateTimeOffset before = TimeProvider.System.GetUtcNow();
            using Caller caller = await Caller.RunAsync(cases, folder);
            await tracer.Sink.WaitAsync(Is(caller.Id, "execve", 0), "the program that was run at last");
            await tracer.StopAsync();
            DateTimeOffset after = TimeProvider.System.GetUtcNow();

            // Each CPU may have a ring of its own.
            JsonElement[] told = [.. tracer.Sink.Documents.Where(document => Data(document).GetProperty("pid").GetInt32() == caller.Id)
                .OrderBy(document => document.GetProperty("observed_timestamp").GetString(), StringComparer.Ordinal)];
            Assert.Equal([.. cases.Select(call => SystemCall.Of((byte)call.Call)!.Name), "kill", "execve"], told.Select(document => Data(document).GetProperty("syscall").GetString()));
            tracer.Sink.Observed.See(cases.Length, cases.Length);
            foreach ((CallCase call, JsonElement document, (long result, int error)) in cases.Zip(told, caller.Results))
            {
                ExpectedDocument expected = Expected(document, caller.Id, before, after).Is("tracer_data.syscall", SystemCall.Of((byte)call.Call)!.Name)
                    .Is("tracer_data.return_value", result >= 0 ? result : -error);
                foreach (JsonProperty argument in JsonSerializer.SerializeToElement(call.Arguments).EnumerateObject())
                    expected.Is("tracer_data.arguments." + argument.Name, caller.Known(argument.Value.ToString()));
                if (result < 0)
                    expected.Holds("tracer_data.error", $"the name of {error}", name => Linux.Interop.Errno.Describe(error).StartsWith(name + " (", StringComparison.Ordinal));
                expected.Check(document);
            }
            Expected(told[^1], caller.Id, before, after).Is("tracer_data.syscall", "execve").Is("tracer_data.return_value", 0).Is("tracer_data.program", "true")
                .Is("tracer_data.arguments.filename", "/bin/true").Is("tracer_data.arguments.argv", """["true","a b",""]""").Check(told[^1]);
            Assert.Contains(caller.Results, result => result.Result < 0);
            Balance.Check(tracer);
        }
        finally
        {
            Directory.Delete(folder);
        }
    }

    [Fact]
    public async Task Only_listed_paths_and_telling_commands_are_told()
    {
        await using RunningTracer tracer = await RunningTracer.StartAsync(new SyscallAuditTracer(), Options(Transport.Auto, [AuditedCall.Openat, AuditedCall.Bpf]));
        using Caller caller = await Caller.RunAsync(
            [
                new(AuditedCall.Openat, "-100, str('/etc/hostname'), 0, 0", new { }),
                new(AuditedCall.Openat, "-100, str('/etc/shado'), 0, 0", new { }),
                new(AuditedCall.Bpf, "1, str('x' x 32), 32", new { }),
                new(AuditedCall.Openat, "-100, str('/etc/shadow' . '/' x 400), 0, 0", new { }),
            ],
            "/");
        JsonElement told = await tracer.Sink.WaitAsync(Is(caller.Id, "openat", -20), "the path that is too long to be shown");
        await tracer.StopAsync();
        Assert.Equal("/etc/shadow" + new string('/', 244), Data(told).GetProperty("arguments").GetProperty("filename").GetString());
        Assert.True(Data(told).GetProperty("truncated").GetBoolean());
        Assert.Single(tracer.Sink.Documents, document => Data(document).GetProperty("pid").GetInt32() == caller.Id);
        Assert.True(tracer.Ledger.Kernel.Read().Filtered >= 3);
        Balance.Check(tracer);
    }

    [Fact]
    public async Task A_container_and_a_user_are_told_alone()
    {
        SyscallAuditOptions options = Options(Transport.Auto, [AuditedCall.Setuid]);
        options.Containers = [Container[..12]];
        options.Uids = [65534];
        await using RunningTracer tracer = await RunningTracer.StartAsync(new SyscallAuditTracer(), options);
        await using var cgroup = new MemoryCgroup(Container);
        int number = SystemCall.Of((byte)AuditedCall.Setuid)!.Number;
        string script = $"syscall({number}, 0); syscall({number}, 65534); syscall({number}, 1)";
        Command.Run("", "perl", "-e", script);
        Process inside = cgroup.Start($"exec perl -e '{script}'");
        JsonElement told = await tracer.Sink.WaitAsync(Is(inside.Id, "setuid", -1), "the call of the user in the container");
        await tracer.StopAsync();
        Assert.Equal(Container, told.GetProperty("container_id").GetString());
        Assert.Equal(1, Data(told).GetProperty("arguments").GetProperty("uid").GetInt32());
        Assert.Equal(65534, Data(told).GetProperty("uid").GetInt32());
        Assert.Single(tracer.Sink.Documents);
        Assert.True(tracer.Ledger.Kernel.Read().Filtered >= 5);
        Balance.Check(tracer);
    }

    [Fact]
    public async Task A_program_run_by_execveat_is_told_once()
    {
        await using RunningTracer tracer = await RunningTracer.StartAsync(new SyscallAuditTracer(), Options(Transport.Auto, [AuditedCall.Execveat]));
        int number = SystemCall.Of((byte)AuditedCall.Execveat)!.Number;
        using Process caller = Command.Start("perl", "-e", $"$p = '/bin/true'; $a = 'true'; $v = pack('PJ', $a, 0); $n = pack('J', 0); syscall({number}, -100, $p, $v, $n, 0)");
        JsonElement told = await tracer.Sink.WaitAsync(Is(caller.Id, "execveat", 0), "the program");
        await caller.WaitForExitAsync(TestContext.Current.CancellationToken);
        await tracer.StopAsync();
        Assert.Equal("""{"dirfd":"AT_FDCWD","filename":"/bin/true","argv":["true"],"flags":"0"}""", Data(told).GetProperty("arguments").GetRawText());
        Assert.Equal(("perl", "true"), (Data(told).GetProperty("comm").GetString(), Data(told).GetProperty("program").GetString()));
        Assert.Single(tracer.Sink.Documents);
        Balance.Check(tracer);
    }

    [Fact]
    public async Task A_call_by_the_32_bit_entry_is_told()
    {
        Assert.SkipUnless(SystemCall.Of((byte)AuditedCall.Setuid)!.CompatNumbers.Length > 0, "needs x86");
        string file = Path.Combine(Path.GetTempPath(), $"huatuo-{Guid.NewGuid():N}"[..15]);
        await File.WriteAllBytesAsync(file, s_setuidOf32Bits, TestContext.Current.CancellationToken);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            SyscallAuditOptions options = Options(Transport.Auto, [AuditedCall.Setuid]);
            options.Comms = [Path.GetFileName(file)];
            await using RunningTracer tracer = await RunningTracer.StartAsync(new SyscallAuditTracer(), options);
            using Process caller = Command.Start("bash", "-c", $"exec {file}");
            await caller.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.SkipUnless(caller.ExitCode == 0, "this kernel lacks 32-bit programs (CONFIG_IA32_EMULATION)");
            JsonElement told = await tracer.Sink.WaitAsync(Is(caller.Id, "setuid", 0), "the call");
            await tracer.StopAsync();
            Assert.True(Data(told).GetProperty("compat").GetBoolean());
            Assert.Equal("""{"uid":0}""", Data(told).GetProperty("arguments").GetRawText());
            Assert.Single(tracer.Sink.Documents);
            Balance.Check(tracer);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_list_of_no_calls_is_refused()
    {
        await using RunningTracer tracer = await RunningTracer.SettleAsync(new SyscallAuditTracer(), Options(Transport.Auto, []));
        Assert.Equal(TracerState.Failed, tracer.Runner.State);
        Assert.Equal("tracers.syscall_audit.syscalls: names none; list at least one, or set enabled: false", tracer.Runner.LastError);
    }

    private static SyscallAuditOptions Options(Transport transport, IReadOnlyList<AuditedCall> calls, string hook = TracerOptions.Auto) => new()
    {
        Enabled = true,
        Hook = hook,
        Transport = transport,
        Syscalls = calls,
        Comms = ["perl"],
        MaxEventsPerSecond = 0,
    };

    private static ExpectedDocument Expected(JsonElement document, int pid, DateTimeOffset before, DateTimeOffset after)
    {
        var expected = new ExpectedDocument().Envelope(document, "syscall_audit", before, after)
            .Is("tracer_data.context", "task").Matches("tracer_data.cpu", @"\d+").Is("tracer_data.comm", "perl").Is("tracer_data.pid", pid).Is("tracer_data.tid", pid)
            .Matches("tracer_data.memory_cgroup_css_addr", "0x[0-9a-f]{16}").Matches("tracer_data.uid", "0|65534").Matches("tracer_data.euid", "0|65534")
            .NetnsCookie(document).Matches("tracer_data.net_namespace_inum", @"\d+").Matches("tracer_data.duration_ns", @"[1-9]\d*");
        foreach (string field in (string[])["cgroup_path", "container_id"])
            if (Data(document).TryGetProperty(field, out _))
                expected.Matches("tracer_data." + field, ".+");
        if (document.TryGetProperty("container_id", out _))
            expected.Matches("container_id", "[0-9a-f]{64}");
        return expected;
    }

    private static Func<JsonElement, bool> Is(int pid, string call, long result) => document =>
        Data(document).GetProperty("pid").GetInt32() == pid && Data(document).GetProperty("syscall").GetString() == call && Data(document).GetProperty("return_value").GetInt64() == result;

    private static JsonElement Data(JsonElement document) => document.GetProperty("tracer_data");

    /// <summary>One call.</summary>
    /// <param name="Call">Which.</param>
    /// <param name="Script">Its arguments in Perl.</param>
    /// <param name="Arguments">As the document should have them; what begins with <c>$</c> is a variable of the script.</param>
    private sealed record CallCase(AuditedCall Call, string Script, object Arguments);

    /// <summary>A process that makes calls, then runs <c>/bin/true</c>.</summary>
    private sealed class Caller : IDisposable
    {
        private const string Before = """
            $| = 1; $d = $ARGV[0]; $c = fork; if (!$c) { close STDOUT; close STDERR; sleep 60; exit }
            socket(U, 2, 2, 0); socket(T, 10, 1, 0); socket(X, 1, 1, 0); open(N, '<', '/proc/self/ns/uts');
            ($udp, $tcp6, $unix, $uts) = map { fileno $_ } (U, T, X, N);
            sub str :lvalue { push @keep, shift; $keep[-1] }
            sub call { my @a = @_; my $r = syscall($a[0], @a[1 .. $#a]); print "$r ", $r < 0 ? $! + 0 : 0, "\n" }
            print join(' ', $c, $udp, $tcp6, $unix, $uts), "\n";

            """;

        private readonly Process _process;
        private readonly Dictionary<string, string> _known;

        private Caller(Process process, Dictionary<string, string> known, IReadOnlyList<(long, int)> results) => (_process, _known, Results) = (process, known, results);

        internal int Id => _process.Id;

        internal IReadOnlyList<(long Result, int Error)> Results { get; }

        internal string Known(string text) => _known.GetValueOrDefault(text, text);

        internal static async Task<Caller> RunAsync(IReadOnlyList<CallCase> calls, string folder)
        {
            int execve = SystemCall.Of((byte)AuditedCall.Execve)!.Number;
            string script = Before + string.Join('\n', calls.Select(call => $"call({SystemCall.Of((byte)call.Call)!.Number}, {call.Script});"))
                + $"\nkill 9, $c; waitpid $c, 0; call({execve}, str('/bin/true'), str(pack('PPPJ', str('true'), str('a b'), str(''), 0)), str(pack('J', 0)));";
            Process process = Command.Start("perl", "-e", script, folder);
            string[] lines = (await process.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            string errors = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(lines.Length == calls.Count + 1, $"{string.Join('\n', lines)}\n{errors}");
            string[] values = lines[0].Split(' ');
            Dictionary<string, string> known = new() { ["$d"] = folder };
            foreach ((string name, string value) in ((string[])["$c", "$udp", "$tcp6", "$unix", "$uts"]).Zip(values))
                known[name] = value;
            return new(process, known, [.. lines.Skip(1).Select(line => line.Split(' ')).Select(pair => (long.Parse(pair[0], CultureInfo.InvariantCulture), int.Parse(pair[1], CultureInfo.InvariantCulture)))]);
        }

        public void Dispose() => _process.Dispose();
    }
}
