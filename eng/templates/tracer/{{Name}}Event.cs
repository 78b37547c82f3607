using Huatuo.Flow.Documents;
using Huatuo.Flow.Enrich;

namespace Huatuo.Tracers.{{group}}.{{Name}};

/// <summary>The end of one task.</summary>
/// <param name="who">The task.</param>
internal readonly struct {{Name}}Event(EventWho who) : IEventFields
{
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct => who.Write(ref writer);
}
