namespace Huatuo.Flow.Tracing;

/// <summary>What is told of a fault: its message where that was written for the operator, else with its kind.</summary>
internal static class FaultWords
{
    internal static string Of(Exception fault) => fault is IOException or InvalidDataException ? fault.Message : $"{fault.GetType().Name}: {fault.Message}";
}
