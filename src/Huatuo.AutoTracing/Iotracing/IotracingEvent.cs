using System.Globalization;
using System.Text;
using Huatuo.Flow.Documents;

namespace Huatuo.AutoTracing.Iotracing;

/// <summary>The document.</summary>
internal readonly struct IotracingEvent(IotracingTrigger trigger, TimeSpan took, IReadOnlyList<ProcessIoStats> processes, IReadOnlyList<IoWait> waits) : IEventFields
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
        writer.Number("capture_duration_ns"u8, took.Ticks * TimeSpan.NanosecondsPerTick);
        WriteProcesses(ref writer);
        WriteWaits(ref writer);
    }

    private void WriteProcesses<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.BeginArray("process_file_io_stats"u8);
        foreach (ProcessIoStats process in processes)
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
        string[] numbers = stats.File.Device.Split(':');
        writer.BeginElement();
        writer.Number("major"u8, long.Parse(numbers[0], CultureInfo.InvariantCulture));
        writer.Number("minor"u8, long.Parse(numbers[1], CultureInfo.InvariantCulture));
        Text(ref writer, "dev_name"u8, trigger.Load.Device);
        if (stats.File.Inode != 0)
            writer.Number("inode"u8, stats.File.Inode);
        Text(ref writer, "path"u8, stats.File.Path);
        writer.Boolean("is_direct"u8, stats.File.IsDirect);
        // Of a file that is open for both, the position does not tell which it was.
        if (stats.File.IsReadOnly)
            writer.Real("fs_read_bps"u8, stats.Bps);
        else if (stats.File.IsWriteOnly)
            writer.Real("fs_write_bps"u8, stats.Bps);
        else
            writer.Real("fs_bps"u8, stats.Bps);
        writer.EndObject();
    }

    private void WriteWaits<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.BeginArray("io_schedule_timeout_stacks"u8);
        foreach (IoWait wait in waits)
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
