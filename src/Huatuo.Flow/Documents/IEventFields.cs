namespace Huatuo.Flow.Documents;

/// <summary>An event that can describe itself to any receiver.</summary>
public interface IEventFields
{
    /// <summary>Writes every field in the order of the document. Changes nothing, and gives the same fields each time.</summary>
    /// <param name="writer">The receiver.</param>
    void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct;
}
