using Huatuo.Flow.Options;

namespace Huatuo.Agent.Configuration;

/// <summary>Bounds of one tracer's local files, in place of those of all.</summary>
internal sealed class LocalTracerOptions
{
    /// <summary>The section below <see cref="LocalStoreOptions"/> that has one of these by each tracer's name.</summary>
    public const string Section = "tracers";

    public static OptionSchema<LocalTracerOptions> Schema { get; } = new OptionSchema<LocalTracerOptions>(Section)
        .Add("rotate_size", OptionTypes.Optional(LocalStoreOptions.RotateSizes), o => o.RotateSize, (o, v) => o.RotateSize = v,
            "`rotate_size` of the files of this tracer; ~ = as for all.", KeyChange.Request)
        .Add("rotate_count", OptionTypes.Optional(LocalStoreOptions.RotateCounts), o => o.RotateCount, (o, v) => o.RotateCount = v,
            "`rotate_count` of the files of this tracer; ~ = as for all.", KeyChange.Request)
        .Add("max_size", OptionTypes.Optional(LocalStoreOptions.MaxSizes), o => o.MaxSize, (o, v) => o.MaxSize = v,
            "`max_size` of the files of this tracer; ~ = as for all.", KeyChange.Request)
        .Add("max_age", OptionTypes.Optional(LocalStoreOptions.MaxAges), o => o.MaxAge, (o, v) => o.MaxAge = v,
            "`max_age` of the files of this tracer; ~ = as for all.", KeyChange.Request);

    public ByteSize? RotateSize { get; set; }

    public int? RotateCount { get; set; }

    public ByteSize? MaxSize { get; set; }

    public TimeSpan? MaxAge { get; set; }
}
