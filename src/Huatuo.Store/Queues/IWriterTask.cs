namespace Huatuo.Store.Queues;

/// <summary>Writes what waits in memory to one medium. Called by a <see cref="WriterThread"/> alone.</summary>
internal interface IWriterTask
{
    /// <summary>Writes what waits.</summary>
    /// <param name="lastTry">Whether to try also when an earlier failure asks to wait.</param>
    /// <returns>How long until there is something to do without a new document, infinite for never.</returns>
    TimeSpan Attend(bool lastTry);

    /// <summary>Counts what is not written yet as lost at the stop, whatever becomes of it.</summary>
    void Abandon();

    /// <summary>Lets go of the medium.</summary>
    void Close();
}
