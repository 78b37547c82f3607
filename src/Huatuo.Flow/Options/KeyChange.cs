namespace Huatuo.Flow.Options;

/// <summary>How another value of a key comes to hold while the agent runs.</summary>
public enum KeyChange
{
    /// <summary>Not at all: it holds when the agent is started again.</summary>
    Restart,

    /// <summary>When the configuration file is read again; no request may change it, since it names a file, a server or a user.</summary>
    File,

    /// <summary>When the file is read again, and when a request asks for it.</summary>
    Request,
}
