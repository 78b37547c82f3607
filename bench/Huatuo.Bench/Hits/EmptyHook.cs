using System.ComponentModel;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Huatuo.Bench.Native;
using Huatuo.Bpf;

namespace Huatuo.Bench.Hits;

/// <summary>A program that does nothing, on one tracepoint: entered the same way as those of the tracers.</summary>
internal sealed unsafe class EmptyHook : IDisposable
{
    // ENOENT
    private const int NoSuchHook = 2;

    private readonly BpfObject _object;
    private readonly int _link;

    private EmptyHook(BpfObject opened, int link) => (_object, _link) = (opened, link);

    /// <summary>Attaches it.</summary>
    /// <param name="hook">As a rung names it; other kinds than tracepoints by BTF have no counterpart here.</param>
    /// <returns>Null when it has none, as where the kernel lacks an optional hook.</returns>
    internal static EmptyHook? TryAttach(string hook)
    {
        if (!hook.StartsWith("tp_btf/", StringComparison.Ordinal))
            return null;
        using var image = (UnmanagedMemoryStream)Assembly.GetExecutingAssembly().GetManifestResourceStream("empty_hook.bpf.o")!;
        BpfObject opened = BpfObject.Open("empty_hook", image);
        opened.Load();
        fixed (byte* name = Encoding.UTF8.GetBytes(hook["tp_btf/".Length..] + '\0'))
        {
            int link = Libc.OpenRawTracepoint(name, opened.LoadedPrograms()[0].Fd);
            if (link >= 0)
                return new EmptyHook(opened, link);
            int errno = Marshal.GetLastPInvokeError();
            opened.Dispose();
            return errno == NoSuchHook ? null : throw new BenchException($"{hook}: an empty program cannot be attached: {new Win32Exception(errno).Message}");
        }
    }

    /// <summary>What the kernel measured so far.</summary>
    internal BpfProgramStatistics Statistics => _object.LoadedPrograms()[0].Statistics()!.Value;

    public void Dispose()
    {
        _ = Libc.close(_link);
        _object.Dispose();
    }
}
