using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Huatuo.Flow.Ledger;
using Huatuo.Tracers.Tests;

namespace Huatuo.Tracers.Security.SyscallAudit;

public sealed class SyscallAuditTests
{
    private static readonly Dictionary<string, IReadOnlyDictionary<uint, string>> s_enums = new()
    {
        ["bpf_prog_type"] = new Dictionary<uint, string> { [1] = "BPF_PROG_TYPE_SOCKET_FILTER" },
        ["bpf_map_type"] = new Dictionary<uint, string> { [2] = "BPF_MAP_TYPE_ARRAY" },
    };

    private static readonly byte[] s_mapCreate = [2, 0, 0, 0, .. new byte[24], .. "huatuo_test"u8, .. new byte[5]];
    private static readonly byte[] s_programLoad = [1, 0, 0, 0, .. new byte[44], .. "trace_it"u8, .. new byte[8]];
    private static readonly byte[] s_how = [0x41, 0, 0, 0, 0, 0, 0, 0, 0xa4, 1, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0];

    public static TheoryData<byte[], string> Calls => new()
    {
        { Call(AuditedCall.Execve, [1, 2, 3], "/bin/sh", data: [], argv: "sh\0-c\0\0"), """{"filename":"/bin/sh","argv":["sh","-c",""]}""" },
        { Call(AuditedCall.Execveat, [unchecked((ulong)-100), 2, 3, 0, 0x1100], "", data: [], argv: "x\0"), """{"dirfd":"AT_FDCWD","filename":"","argv":["x"],"flags":"AT_SYMLINK_NOFOLLOW|AT_EMPTY_PATH"}""" },
        { Call(AuditedCall.Open, [1, 0x441, 0x1a4], "/etc/shadow"), """{"filename":"/etc/shadow","flags":"O_WRONLY|O_CREAT|O_APPEND","mode":"0644"}""" },
        { Call(AuditedCall.Openat, [7, 1, 0x80000], "shadow"), """{"dirfd":"7","filename":"shadow","flags":"O_RDONLY|O_CLOEXEC"}""" },
        { Call(AuditedCall.Openat2, [0xffffffff, 1, 2, 24], "a", data: s_how), """{"dirfd":"-1","filename":"a","flags":"O_WRONLY|O_CREAT","mode":"0644","resolve":"RESOLVE_BENEATH"}""" },
        { Call(AuditedCall.Openat2, [3, 1, 2, 8], "a"), """{"dirfd":"3","filename":"a"}""" },
        { Call(AuditedCall.Ptrace, [0x4206, 77, 0, 0x1]), """{"request":"PTRACE_SEIZE","pid":77,"addr":"0x0","data":"0x1"}""" },
        { Call(AuditedCall.InitModule, [1, 4096, 3], data: "a=1\0"u8), """{"len":4096,"param_values":"a=1"}""" },
        { Call(AuditedCall.FinitModule, [5, 1, 5], data: "\0"u8), """{"fd":5,"param_values":"","flags":"MODULE_INIT_IGNORE_MODVERSIONS|MODULE_INIT_COMPRESSED_FILE"}""" },
        { Call(AuditedCall.DeleteModule, [1, 0x800], "loop"), """{"name":"loop","flags":"O_NONBLOCK"}""" },
        { Call(AuditedCall.Bpf, [0, 1, 44], data: s_mapCreate), """{"cmd":"BPF_MAP_CREATE","map_type":"BPF_MAP_TYPE_ARRAY","map_name":"huatuo_test"}""" },
        { Call(AuditedCall.Bpf, [5, 1, 64], data: s_programLoad), """{"cmd":"BPF_PROG_LOAD","prog_type":"BPF_PROG_TYPE_SOCKET_FILTER","prog_name":"trace_it"}""" },
        { Call(AuditedCall.Bpf, [99, 1, 0]), """{"cmd":"99"}""" },
        { Call(AuditedCall.Mount, [1, 2, 3, 6], "tmpfs", "/mnt", "tmpfs\0"u8), """{"source":"tmpfs","target":"/mnt","filesystemtype":"tmpfs","mountflags":"MS_NOSUID|MS_NODEV"}""" },
        { Call(AuditedCall.Mount, [0, 2, 0, 0x44000], path2: "/"), """{"target":"/","mountflags":"MS_REC|MS_PRIVATE"}""" },
        { Call(AuditedCall.Umount2, [1, 0x1002], "/mnt"), """{"target":"/mnt","flags":"MNT_DETACH|0x1000"}""" },
        { Call(AuditedCall.Setuid, [65534]), """{"uid":65534}""" },
        { Call(AuditedCall.Setgid, [0]), """{"gid":0}""" },
        { Call(AuditedCall.Setresuid, [0xffffffff, 1, 2]), """{"ruid":-1,"euid":1,"suid":2}""" },
        { Call(AuditedCall.Setresgid, [0, 0xffffffff, 0]), """{"rgid":0,"egid":-1,"sgid":0}""" },
        { Call(AuditedCall.Connect, [3, 1, 16], data: [2, 0, 1, 187, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]), """{"sockfd":3,"family":"AF_INET","address":"10.0.0.1:443"}""" },
        { Call(AuditedCall.Connect, [3, 1, 28], data: [10, 0, 0, 80, 0, 0, 0, 0, .. new byte[15], 1, 0, 0, 0, 0]), """{"sockfd":3,"family":"AF_INET6","address":"[::1]:80"}""" },
        { Call(AuditedCall.Connect, [3, 1, 11], data: "\x01\0/run/x\0"u8), """{"sockfd":3,"family":"AF_UNIX","address":"/run/x"}""" },
        { Call(AuditedCall.Connect, [3, 1, 6], data: "\x01\0\0a\0b"u8), """{"sockfd":3,"family":"AF_UNIX","address":"@a@b"}""" },
        { Call(AuditedCall.Connect, [3, 1, 2], data: [16, 0]), """{"sockfd":3,"family":"AF_NETLINK","address":""}""" },
        { Call(AuditedCall.Unshare, [0x10020000]), """{"flags":"CLONE_NEWNS|CLONE_NEWUSER"}""" },
        { Call(AuditedCall.Setns, [4, 0]), """{"fd":4,"nstype":"0"}""" },
        { Call(AuditedCall.Kill, [0xffffffff, 15]), """{"pid":-1,"sig":"SIGTERM"}""" },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task The_arguments_of_a_call_have_names(byte[] record, string arguments)
    {
        await using TracerStand stand = await Start();
        Assert.True(stand.OnRecord(record));
        using JsonDocument document = JsonDocument.Parse(stand.Sink.Last);
        Assert.Equal(arguments, document.RootElement.GetProperty("tracer_data").GetProperty("arguments").GetRawText());
    }

    [Fact]
    public async Task A_call_that_failed_is_a_whole_document()
    {
        await using TracerStand stand = await Start();
        Assert.True(stand.OnRecord(Changed(Call(AuditedCall.Openat, [unchecked((ulong)-100), 1, 0], "/etc/shadow"), (ref SyscallAuditRecord record) =>
        {
            record.Result = -13;
            record.Text |= (uint)(AuditText.PathCut | AuditText.Compat);
        })));
        using JsonDocument document = JsonDocument.Parse(stand.Sink.Last);
        Assert.Equal(TracerStand.ContainerId, document.RootElement.GetProperty("container_id").GetString());
        const string path = $"/kubepods.slice/cri-containerd-{TracerStand.ContainerId}.scope";
        Assert.Equal(
            $$$"""{"observed_timestamp":"2026-01-02T03:04:05.678901234Z","context":"task","cpu":1,"comm":"cat\u001B[2J","pid":100,"tid":101,"memory_cgroup_css_addr":"0x10","cgroup_path":"{{{path}}}","container_id":"{{{TracerStand.ContainerId}}}","uid":1000,"euid":0,"syscall":"openat","compat":true,"arguments":{"dirfd":"AT_FDCWD","filename":"/etc/shadow","flags":"O_RDONLY"},"truncated":true,"return_value":-13,"error":"EACCES","duration_ns":4321}""",
            document.RootElement.GetProperty("tracer_data").GetRawText());
        Assert.Equal(
            $"2026-01-02T03:04:05.678901234Z cat\ufffd[2J[100] uid=1000 openat(dirfd=AT_FDCWD, filename=/etc/shadow, flags=O_RDONLY) = -13 EACCES truncated=True compat=True cgroup_path={path} container_id={TracerStand.ContainerId}",
            stand.Definition.FormatText(document.RootElement));
    }

    [Fact]
    public async Task A_program_that_runs_is_named()
    {
        await using TracerStand stand = await Start();
        Assert.True(stand.OnRecord(Changed(Call(AuditedCall.Execve, [1, 2, 3], "/bin/ls", argv: "ls\0"), (ref SyscallAuditRecord record) => "ls"u8.CopyTo(record.Program))));
        using JsonDocument document = JsonDocument.Parse(stand.Sink.Last);
        Assert.EndsWith(""","return_value":0,"duration_ns":4321,"program":"ls"}""", document.RootElement.GetProperty("tracer_data").GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_that_contradicts_itself_is_none()
    {
        await using TracerStand stand = await Start();
        byte[] whole = Call(AuditedCall.Execve, [1, 2, 3], "/bin/ls", argv: "ls\0");
        for (int length = 0; length < whole.Length; length++)
            Assert.False(stand.OnRecord(whole.AsSpan(0, length)));
        foreach (byte call in (byte[])[0, 21, 255])
            Assert.False(stand.OnRecord(Changed(whole, (ref SyscallAuditRecord record) => record.Plan.Call = call)));
        Assert.False(stand.OnRecord(Changed(whole, (ref SyscallAuditRecord record) => record.ArgvBytes = 4)));
        Assert.False(stand.OnRecord([.. Changed(whole, (ref SyscallAuditRecord record) => record.ArgvBytes = 513), .. new byte[600]]));
        Assert.Equal(0, stand.Sink.Count);
    }

    [Fact]
    public async Task Random_and_changed_bytes_are_no_record_or_give_a_document()
    {
        await using TracerStand stand = await Start();
        byte[][] records = [.. Calls.Select(row => row.Data.Item1)];
        for (int seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            byte[] record = [.. records[random.Next(records.Length)]];
            for (int change = random.Next(1, 12); change > 0; change--)
                record[random.Next(record.Length)] = (byte)random.Next(256);
            if (random.Next(3) == 0)
                random.NextBytes(record.AsSpan(72, 100));
            int before = stand.Sink.Count;
            if (!stand.OnRecord(random.Next(4) == 0 ? record.AsSpan(0, random.Next(record.Length)) : record))
            {
                Assert.Equal(before, stand.Sink.Count);
                continue;
            }
            using JsonDocument document = JsonDocument.Parse(stand.Sink.Last);
            Assert.DoesNotContain(stand.Definition.FormatText(document.RootElement), char.IsControl);
        }
        Assert.True(stand.Sink.Count > 1000);
        Assert.Equal(0, stand.Ledger.Dropped(DropStage.Encode));
    }

    [Fact]
    public void The_table_is_in_the_order_of_the_calls_and_names_no_number_twice()
    {
        Assert.Equal(Enum.GetValues<AuditedCall>(), SystemCall.All.Select(call => call.Call));
        foreach (Func<SystemCall, IEnumerable<int>> numbers in (Func<SystemCall, IEnumerable<int>>[])[call => [call.X64], call => call.I386, call => call.Arm64 < 0 ? [] : [call.Arm64]])
        {
            int[] all = [.. SystemCall.All.SelectMany(numbers)];
            Assert.Equal(all.Length, all.Distinct().Count());
            Assert.All(all, number => Assert.InRange(number, 0, 511));
        }
    }

    [Theory]
    [InlineData(-1, "EPERM")]
    [InlineData(-2, "ENOENT")]
    [InlineData(-11, "EAGAIN")]
    [InlineData(-22, "EINVAL")]
    [InlineData(-38, "ENOSYS")]
    [InlineData(-40, "ELOOP")]
    [InlineData(-41, "41")]
    [InlineData(-61, "ENODATA")]
    [InlineData(-71, "EPROTO")]
    [InlineData(-88, "ENOTSOCK")]
    [InlineData(-95, "EOPNOTSUPP")]
    [InlineData(-110, "ETIMEDOUT")]
    [InlineData(-111, "ECONNREFUSED")]
    [InlineData(-115, "EINPROGRESS")]
    [InlineData(-125, "ECANCELED")]
    [InlineData(-133, "EHWPOISON")]
    [InlineData(-134, "134")]
    [InlineData(-512, "ERESTARTSYS")]
    public void An_error_has_its_name(long error, string name) => Assert.Equal(name, Encoding.UTF8.GetString(NumberNames.Error(error)));

    [Fact]
    public void It_is_off_unless_asked_for() => Assert.False(new SyscallAuditOptions().Enabled);

    private static Task<TracerStand> Start() => TracerStand.StartAsync(new SyscallAuditTracer(), s_enums);

    private static byte[] Call(AuditedCall call, ulong[] arguments, string? path = null, string? path2 = null, ReadOnlySpan<byte> data = default, string argv = "")
    {
        SystemCall known = SystemCall.Of((byte)call)!;
        var record = default(SyscallAuditRecord);
        record.Header.MonotonicNs = 1_000_000_000_000;
        (record.Header.CgroupId, record.Header.MemoryCgroupCss, record.Header.Tgid, record.Header.Tid, record.Header.Cpu) = (5002, 0x10, 100, 101, 1);
        "cat\u001b[2J"u8.CopyTo(record.Header.Comm);
        record.Plan.Call = (byte)call;
        record.Plan.DataKind = (byte)known.Kind;
        (record.Uid, record.Euid, record.DurationNs) = (1000, 0, 4321);
        arguments.CopyTo(record.Arguments);
        if (path is not null)
            record.Text |= (uint)AuditText.PathRead;
        if (path2 is not null)
            record.Text |= (uint)AuditText.Path2Read;
        if (data.Length > 0 || argv.Length > 0)
            record.Text |= (uint)AuditText.DataRead;
        Encoding.UTF8.GetBytes(path ?? "", record.Path);
        Encoding.UTF8.GetBytes(path2 ?? "", record.Path2);
        data.CopyTo(record.Data);
        record.DataBytes = (uint)data.Length;
        record.ArgvBytes = (uint)argv.Length;
        return [.. MemoryMarshal.AsBytes(new ReadOnlySpan<SyscallAuditRecord>(in record)), .. Encoding.UTF8.GetBytes(argv)];
    }

    private delegate void Change(ref SyscallAuditRecord record);

    private static byte[] Changed(byte[] record, Change change)
    {
        byte[] copy = [.. record];
        change(ref MemoryMarshal.AsRef<SyscallAuditRecord>(copy.AsSpan()));
        return copy;
    }
}
