using Huatuo.Flow.Options;

namespace Huatuo.AutoTracing.Iotracing;

/// <summary>The section <c>tracers.iotracing</c>.</summary>
internal sealed class IotracingOptions : AutoTracerOptions
{
    /// <summary>Disks change fast.</summary>
    public IotracingOptions() => Interval = TimeSpan.FromSeconds(5);

    /// <summary>Bytes read a second from an NVMe disk, in millions.</summary>
    public int RbpsThreshold { get; set; } = 2000;

    /// <summary>Bytes written, alike.</summary>
    public int WbpsThreshold { get; set; } = 1500;

    /// <summary>Percent of the time.</summary>
    public int UtilThreshold { get; set; } = 90;

    /// <summary>Milliseconds.</summary>
    public int AwaitThreshold { get; set; } = 100;

    /// <summary>How many processes are told.</summary>
    public int MaxProcDump { get; set; } = 10;

    /// <summary>How many files of each.</summary>
    public int MaxFilesPerProcDump { get; set; } = 5;

    /// <summary>How many stacks are told.</summary>
    public int MaxStack { get; set; } = 10;

    /// <summary>The keys.</summary>
    public static OptionSchema<IotracingOptions> Keys { get; } = TimedSchema<IotracingOptions>("iotracing")
        .Add("rbps_threshold", OptionTypes.Integer(0, int.MaxValue), o => o.RbpsThreshold, (o, v) => o.RbpsThreshold = v, "Megabytes a second read from a busy NVMe disk that must be exceeded.")
        .Add("wbps_threshold", OptionTypes.Integer(0, int.MaxValue), o => o.WbpsThreshold, (o, v) => o.WbpsThreshold = v, "The same of what is written.")
        .Add("util_threshold", OptionTypes.Integer(0, 100), o => o.UtilThreshold, (o, v) => o.UtilThreshold = v, "Percent of the time in which the disk has requests under way that must be exceeded.")
        .Add("await_threshold", OptionTypes.Integer(0, int.MaxValue), o => o.AwaitThreshold, (o, v) => o.AwaitThreshold = v, "Milliseconds that the mean request takes that must be exceeded.")
        .Add("max_proc_dump", OptionTypes.Integer(1, 1000), o => o.MaxProcDump, (o, v) => o.MaxProcDump = v, "How many processes are told, those with most I/O first.")
        .Add("max_files_per_proc_dump", OptionTypes.Integer(0, 1000), o => o.MaxFilesPerProcDump, (o, v) => o.MaxFilesPerProcDump = v, "How many files of each are told.")
        .Add("max_stack", OptionTypes.Integer(0, 100), o => o.MaxStack, (o, v) => o.MaxStack = v, "How many stacks of tasks that wait for I/O are told.");
}
