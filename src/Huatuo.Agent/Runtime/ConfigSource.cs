using Huatuo.Flow.Metrics;

namespace Huatuo.Agent.Runtime;

/// <summary><c>huatuo_config_*</c>: what came of reading the configuration again.</summary>
/// <param name="applied">How often it was right.</param>
/// <param name="wrong">How often it was wrong.</param>
/// <param name="failed">How often it ended with an error that nobody expects.</param>
/// <param name="isWrong">Whether it was the last time.</param>
/// <param name="awaiting">Keys that wait for a restart.</param>
internal sealed class ConfigSource(Func<long> applied, Func<long> wrong, Func<long> failed, Func<bool> isWrong, Func<int> awaiting) : IMetricSource
{
    /// <inheritdoc/>
    public string Name => "config";

    /// <inheritdoc/>
    public void Write(MetricWriter writer)
    {
        writer.Family("huatuo_config_reloads_total", MetricKind.Counter, "How often the configuration was read again: applied; wrong, when nothing changed; or failed, when an error that is told in the log ended it.");
        writer.Sample(applied(), new Label("result", "applied"));
        writer.Sample(wrong(), new Label("result", "wrong"));
        writer.Sample(failed(), new Label("result", "failed"));
        writer.Family("huatuo_config_wrong", MetricKind.Gauge, "1 while the configuration that was read last is wrong; the one before holds.");
        writer.Sample(isWrong() ? 1 : 0);
        writer.Family("huatuo_config_awaiting_restart", MetricKind.Gauge, "Keys that have changed, and hold when the agent is started again.");
        writer.Sample(awaiting());
    }
}
