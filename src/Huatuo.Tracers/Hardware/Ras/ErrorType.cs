namespace Huatuo.Tracers.Hardware.Ras;

/// <summary>How bad a hardware error is; the names are the document's, but for <see cref="Unknown"/>.</summary>
internal enum ErrorType
{
    /// <summary>Not told.</summary>
    Unknown,

    /// <summary>Nobody noticed.</summary>
    Corrected,

    /// <summary>Data were lost, and who needs them can be told.</summary>
    UncorrectedRecoverable,

    /// <summary>Data were lost that nobody has asked for yet.</summary>
    UncorrectedDeferred,

    /// <summary>Nothing can be trusted any more, or recovery failed.</summary>
    UncorrectedFatal,

    /// <summary>No error.</summary>
    Info,
}
