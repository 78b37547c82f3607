using System.Text;
using Huatuo.AutoTracing.Looking;
using Huatuo.Flow.Documents;

namespace Huatuo.AutoTracing.Capturing;

/// <summary>What documents of unusual values have in common.</summary>
internal static class UnusualFields
{
    /// <summary>Writes <c>reason</c>.</summary>
    internal static void WriteReason<TWriter>(this Unusual unusual, ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct => writer.Text("reason"u8, Encoding.UTF8.GetBytes(unusual.Reason));
}
