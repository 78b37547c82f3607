using System.Globalization;
using System.Text;
using Huatuo.Flow.Documents;

namespace Huatuo.AutoTracing.Iotracing;

/// <summary>The document.</summary>
internal readonly struct IotracingEvent(IotracingTrigger trigger, IoPicture picture) : IEventFields
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        DiskLoad load = trigger.Load;
        writer.BeginObject("reason_snapshot"u8);
        Text(ref writer, "type"u8, trigger.Reason.Type);
        Text(ref writer, "device"u8, load.Device);
        writer.Number("major_num"u8, (long)load.Major);
        writer.Number("minor_num"u8, (long)load.Minor);
        writer.BeginObject("iostatus"u8);
        writer.Real("read_bps"u8, load.ReadBps);
        writer.Real("read_iops"u8, load.ReadIops);
        writer.Real("read_await"u8, load.ReadAwait);
        writer.Real("write_bps"u8, load.WriteBps);
        writer.Real("write_iops"u8, load.WriteIops);
        writer.Real("write_await"u8, load.WriteAwait);
        writer.Real("io_util"u8, load.Util);
        writer.Real("queue_size"u8, load.QueueSize);
        writer.EndObject();
        Text(ref writer, "summary"u8, string.Create(CultureInfo.InvariantCulture, $"{load.Device}: {trigger.Reason.Type} {trigger.Reason.Value:0.#} > {trigger.Reason.Threshold:0.#}"));
        writer.EndObject();
        writer.Number("capture_duration_ns"u8, picture.Took.Ticks * TimeSpan.NanosecondsPerTick);
        WriteProcesses(ref writer);
        if (picture.Other is { } other)
        {
            writer.Real("other_disk_read_bps"u8, other.ReadBps);
            writer.Real("other_disk_write_bps"u8, other.WriteBps);
            writer.Number("files_lost"u8, picture.Lost);
        }
        if (picture.Lacking is { } lacking)
            Text(ref writer, "files_error"u8, lacking);
        WriteWaits(ref writer);
        picture.Flame.Write(ref writer);
    }

    private void WriteProcesses<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.BeginArray("process_file_io_stats"u8);
        foreach (ProcessIoStats process in picture.Processes)
        {
            writer.BeginElement();
            writer.Number("pid"u8, (long)process.Pid);
            Text(ref writer, "comm"u8, process.Name);
            Text(ref writer, "container_hostname"u8, process.Hostname);
            writer.Real("total_fs_read_bps"u8, process.Rates.FileRead);
            writer.Real("total_fs_write_bps"u8, process.Rates.FileWrite);
            writer.Real("total_disk_read_bps"u8, process.Rates.DiskRead);
            writer.Real("total_disk_write_bps"u8, process.Rates.DiskWrite);
            writer.BeginArray("total_files"u8);
            foreach (FileIoStats stats in process.Files)
                WriteFile(ref writer, stats);
            writer.EndArray();
            writer.Number("total_file_count"u8, (long)process.FileCount);
            writer.EndObject();
        }
        writer.EndArray();
    }

    private void WriteFile<TWriter>(ref TWriter writer, FileIoStats stats)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.BeginElement();
        writer.Number("major"u8, (long)KernelDevice.Major(stats.Device));
        writer.Number("minor"u8, (long)KernelDevice.Minor(stats.Device));
        Text(ref writer, "dev_name"u8, trigger.Load.Device);
        if (stats.Inode != 0)
            writer.Number("inode"u8, stats.Inode);
        Text(ref writer, "path"u8, stats.Path);
        writer.Boolean("is_direct"u8, stats.IsDirect);
        if (stats.ReadBps is { } read)
            writer.Real("fs_read_bps"u8, read);
        if (stats.WriteBps is { } written)
            writer.Real("fs_write_bps"u8, written);
        if (stats.Bps is { } either)
            writer.Real("fs_bps"u8, either);
        if (stats.Disk is { } disk)
            WriteDisk(ref writer, disk);
        writer.EndObject();
    }

    private static void WriteDisk<TWriter>(ref TWriter writer, DiskIoStats disk)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Real("disk_read_bps"u8, disk.ReadBps);
        writer.Real("disk_write_bps"u8, disk.WriteBps);
        if (disk.Queued is { } queued)
        {
            writer.Number("q2c_us"u8, (long)queued.Mean.TotalMicroseconds);
            writer.Number("max_q2c_us"u8, (long)queued.Longest.TotalMicroseconds);
        }
        if (disk.Dispatched is { } dispatched)
        {
            writer.Number("d2c_us"u8, (long)dispatched.Mean.TotalMicroseconds);
            writer.Number("max_d2c_us"u8, (long)dispatched.Longest.TotalMicroseconds);
        }
    }

    private void WriteWaits<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.BeginArray("io_schedule_timeout_stacks"u8);
        foreach (IoWait wait in picture.Waits)
        {
            writer.BeginElement();
            writer.Number("pid"u8, (long)wait.Pid);
            writer.Number("tid"u8, (long)wait.Tid);
            writer.Number("cpu"u8, (long)wait.Cpu);
            Text(ref writer, "comm"u8, wait.Name);
            Text(ref writer, "container_hostname"u8, wait.Hostname);
            writer.Number("schedule_latency_us"u8, (long)wait.Time.TotalMicroseconds);
            writer.BeginArray("stack"u8);
            foreach (string frame in wait.Stack)
                writer.Element(Encoding.UTF8.GetBytes(frame));
            writer.EndArray();
            writer.EndObject();
        }
        writer.EndArray();
    }

    private static void Text<TWriter>(ref TWriter writer, ReadOnlySpan<byte> name, string value)
        where TWriter : IFieldWriter, allows ref struct => writer.Text(name, Encoding.UTF8.GetBytes(value));
}
