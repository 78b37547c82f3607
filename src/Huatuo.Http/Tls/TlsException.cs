namespace Huatuo.Http.Tls;

/// <summary>A file of the section <c>tls</c> cannot be used. The message names the key, the file and the reason.</summary>
/// <param name="key">The key in the section.</param>
/// <param name="path">The file.</param>
/// <param name="reason">What is wrong with it.</param>
/// <param name="cause">What it ended with, if with an exception.</param>
public sealed class TlsException(string key, string path, string reason, Exception? cause = null) : Exception($"tls.{key}: {path}: {reason}", cause);
