using System.Text.Json;
using Huatuo.Profiling;
using Huatuo.Profiling.Continuous;
using Huatuo.Profiling.Formats;

namespace Huatuo.Http.Api.Profiles;

/// <summary>A profile as the message of pprof (<c>google.v1.Profile</c>), with the one value that a type of Pyroscope has.</summary>
/// <param name="profile">The profile; null for none.</param>
/// <param name="type">The type; empty for all that the profile sums.</param>
internal sealed class PprofAnswer(Profile? profile, string type) : IWireAnswer
{
    /// <inheritdoc/>
    public ProtoWriter ToProto() => profile is null ? new ProtoWriter() : PprofFormat.Message(profile, Value());

    /// <inheritdoc/>
    public void Write(Utf8JsonWriter json) => PprofJson.Write(ToProto().Written, json);

    private PprofValue? Value() => type.Split(':') is [_, var name, var unit, ..] ? new PprofValue(ProfileTypes.Unit(type), name, unit) : null;
}
