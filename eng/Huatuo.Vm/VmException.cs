namespace Huatuo.Vm;

/// <summary>A kernel cannot be fetched or booted; the message says what to do.</summary>
internal sealed class VmException(string message) : Exception(message);
