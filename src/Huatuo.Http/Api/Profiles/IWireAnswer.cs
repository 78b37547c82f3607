using System.Text.Json;
using Huatuo.Profiling.Formats;

namespace Huatuo.Http.Api.Profiles;

/// <summary>A message that answers a call of Connect.</summary>
internal interface IWireAnswer
{
    /// <summary>The message in bytes.</summary>
    ProtoWriter ToProto();

    /// <summary>Writes the message as JSON.</summary>
    void Write(Utf8JsonWriter json);
}
