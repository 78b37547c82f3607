namespace Huatuo.Bench.Overhead;

/// <summary>What one unit of a load took.</summary>
/// <param name="CpuNs">CPU time of those that made it.</param>
/// <param name="WallNs">By the clock.</param>
/// <param name="Units">How many were made.</param>
internal readonly record struct LoadTime(double CpuNs, double WallNs, double Units);
