using Huatuo.Bpf;
using Huatuo.Bpf.Abi;
using Huatuo.Bpf.Features;
using Huatuo.Linux;
using Huatuo.Profiling;
using Huatuo.Profiling.Io;

namespace Huatuo.AutoTracing.Iotracing;

/// <summary>Looks by programs in the kernel, which are loaded for one picture.</summary>
internal sealed class FileWatches : IFileWatches
{
    private const string Queue = "block_bio_queue", Issue = "block_rq_issue";

    /// <inheritdoc/>
    public IFileWatch? TryStart(BlockStack stack, out string? lacking)
    {
        using KernelBtf? btf = KernelBtf.TryOpen();
        KernelRelease.TryRead(out KernelRelease release);
        if (ProfilerNeeds.Lacks(KernelFeatures.Probe(release, btf), btf, Queue, "block_split", Issue, "block_rq_complete", "block_bio_complete", "sys_enter", "sys_exit") is { } missing)
        {
            lacking = $"needs {missing.Feature}; {missing.Hint}";
            return null;
        }
        BpfObject opened = BpfImages.Open(IofilesBpf.ObjectName);
        var links = new List<BpfLink>();
        try
        {
            // What ends is seen before what begins.
            string[] programs =
            [
                IofilesBpf.Programs.IofilesComplete,
                IofilesBpf.Programs.IofilesBioComplete,
                HasQueueFirst(btf!, Issue) ? IofilesBpf.Programs.IofilesIssueV511 : IofilesBpf.Programs.IofilesIssue,
                HasQueueFirst(btf!, Queue) ? IofilesBpf.Programs.IofilesSplitV511 : IofilesBpf.Programs.IofilesSplit,
                HasQueueFirst(btf!, Queue) ? IofilesBpf.Programs.IofilesQueueV511 : IofilesBpf.Programs.IofilesQueue,
                IofilesBpf.Programs.IofilesExit,
                IofilesBpf.Programs.IofilesEnter,
            ];
            opened.Choose(programs);
            var bpf = new IofilesBpf(opened) { Disk = stack.Disk };
            opened.Load();
            foreach (uint device in stack.Devices)
                bpf.Devices.Set(device, 1);
            foreach (string program in programs)
                links.Add(opened.Attach(program));
            lacking = null;
            return new FileWatch(bpf, links);
        }
        catch (Exception refused)
        {
            links.ForEach(link => link.Dispose());
            opened.Dispose();
            if (refused is not BpfException)
                throw;
            lacking = refused.Message;
            return null;
        }
    }

    // Beside the bio or request (include/trace/events/block.h before 5.11).
    private static bool HasQueueFirst(KernelBtf btf, string tracepoint) => btf.TracepointArguments(tracepoint) == 2;

    private sealed class FileWatch(IofilesBpf bpf, List<BpfLink> links) : IFileWatch
    {
        public WatchedFiles End()
        {
            Detach();
            var entries = bpf.Files.Counters();
            entries.Read();
            var paths = bpf.Paths;
            List<WatchedFile> files = [];
            IofilesValue other = default;
            for (int i = 0; i < entries.Count; i++)
            {
                IofilesKey key = entries.Keys[i];
                if (key.File.Device == 0 && key.File.Inode == 0)
                    other = entries.Sums[i];
                else
                    files.Add(new WatchedFile((int)key.Tgid, key.File.Device, (long)key.File.Inode, paths.TryGet(key.File, out FilePath path) ? FileNames.Path(path) : "", entries.Sums[i]));
            }
            return new WatchedFiles(files, other, bpf.Counters.TryGet(0, out IofilesCounters counters) ? (long)counters.Lost : 0);
        }

        public void Dispose()
        {
            Detach();
            bpf.Object.Dispose();
        }

        private void Detach()
        {
            links.ForEach(link => link.Dispose());
            links.Clear();
        }
    }
}
