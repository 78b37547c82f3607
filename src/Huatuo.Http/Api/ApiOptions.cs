using Huatuo.Flow.Options;

namespace Huatuo.Http.Api;

/// <summary>The section <c>api</c>: who may ask the agent, and how much.</summary>
public sealed class ApiOptions
{
    /// <summary>The keys.</summary>
    public static OptionSchema<ApiOptions> Schema { get; } = new OptionSchema<ApiOptions>("api")
        .Add("socket", OptionTypes.Text, o => o.Socket, (o, v) => o.Socket = v,
            "The Unix socket on which root needs no token; \"\" for none.")
        .Add("requests_per_second", OptionTypes.Integer(1, 10_000), o => o.RequestsPerSecond, (o, v) => o.RequestsPerSecond = v,
            "How many requests of each token are answered in a second, and twice as many at once.", KeyChange.Request)
        .Add("max_streams", OptionTypes.Integer(0, 48), o => o.MaxStreams, (o, v) => o.MaxStreams = v,
            "How many streams of events may be open at once.", KeyChange.Request);

    /// <summary>The path; empty for none.</summary>
    public string Socket { get; set; } = "/run/huatuo/huatuo.sock";

    /// <summary>Of each token.</summary>
    public int RequestsPerSecond { get; set; } = 50;

    /// <summary>Of all callers.</summary>
    public int MaxStreams { get; set; } = 16;
}
