namespace Huatuo.Linux.Proc;

/// <summary>One reading of this process's figures. A figure is null when its file is missing or malformed.</summary>
/// <param name="CpuSeconds">User and system time since the start.</param>
/// <param name="Threads">Threads now.</param>
/// <param name="ResidentBytes">Resident memory.</param>
/// <param name="VirtualBytes">Mapped address space.</param>
/// <param name="OpenFds">Open file descriptors, with the one that counting them takes.</param>
/// <param name="MaxFds">The soft limit of open files; null also when there is no limit.</param>
/// <param name="StartTimeSeconds">When the process started, in seconds since 1970-01-01 UTC.</param>
public readonly record struct SelfSample(
    double CpuSeconds,
    int Threads,
    long? ResidentBytes,
    long? VirtualBytes,
    int? OpenFds,
    long? MaxFds,
    double? StartTimeSeconds);
