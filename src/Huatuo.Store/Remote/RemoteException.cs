namespace Huatuo.Store.Remote;

/// <summary>A server gave no answer that is one.</summary>
/// <param name="message">What went wrong, for the log.</param>
internal sealed class RemoteException(string message) : Exception(message);
