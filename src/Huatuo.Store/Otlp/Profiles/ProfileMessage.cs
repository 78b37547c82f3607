namespace Huatuo.Store.Otlp.Profiles;

/// <summary>
/// Writes a document as profiles of OpenTelemetry: one for how often, and one for each other sum that its samples have, since a
/// <c>Profile</c> of <c>profiles/v1development/profiles.proto</c> (opentelemetry-proto 1.10) has one.
/// </summary>
internal static class ProfileMessage
{
    private const int SampleTypeField = 1;
    private const int SamplesField = 2;
    private const int TimeField = 3;
    private const int DurationField = 4;
    private const int PeriodTypeField = 5;
    private const int PeriodField = 6;
    private const int IdField = 7;
    private const int AttributesField = 11;
    private const int TypeField = 1;
    private const int UnitField = 2;
    private const int StackField = 1;
    private const int ValuesField = 4;
    private const int VersionByte = 6;

    /// <summary>Adds the profiles of a document.</summary>
    /// <param name="into">A scope.</param>
    /// <param name="field">The scope's field for profiles.</param>
    /// <param name="document">It.</param>
    /// <param name="dictionary">Takes what they share.</param>
    /// <returns>How many there are.</returns>
    public static int Add(ProtoBuffer into, int field, ProfileDocument document, ProfileDictionary dictionary)
    {
        string[] type = document.Type.Split(':');
        bool isTime = type[2] == "nanoseconds";
        List<(string Type, string Unit, Func<ProfileSample, long> Value)> sums = [("samples", "count", sample => sample.Count)];
        if (isTime ? document.Samples.Any(sample => sample.Amount != 0) : document.Samples.Any(sample => sample.Nanoseconds != 0))
            sums.Add(isTime ? ("bytes", "bytes", sample => sample.Amount) : ("time", "nanoseconds", sample => sample.Nanoseconds));
        sums.Add((type[1], type[2], isTime ? sample => sample.Nanoseconds : sample => sample.Amount));
        for (int i = 0; i < sums.Count; i++)
        {
            int profile = into.Begin(field);
            ValueType(into, SampleTypeField, sums[i].Type, sums[i].Unit, dictionary);
            foreach (ProfileSample sample in document.Samples)
                Sample(into, dictionary.Stack(sample.Stack), sums[i].Value(sample));
            into.Fixed64(TimeField, (ulong)document.StartNanoseconds);
            into.Varint(DurationField, (ulong)document.DurationNanoseconds);
            if (document.PeriodNanoseconds > 0)
            {
                ValueType(into, PeriodTypeField, type[3], "nanoseconds", dictionary);
                into.Varint(PeriodField, (ulong)document.PeriodNanoseconds);
            }
            into.Text(IdField, Id(document.Id, i));
            Attributes(into, document, dictionary);
            into.End(profile);
        }
        return sums.Count;
    }

    private static void Sample(ProtoBuffer into, int stack, long value)
    {
        int sample = into.Begin(SamplesField);
        into.Varint(StackField, (ulong)stack);
        into.Packed(ValuesField, [value]);
        into.End(sample);
    }

    private static void ValueType(ProtoBuffer into, int field, string type, string unit, ProfileDictionary dictionary)
    {
        int value = into.Begin(field);
        into.Varint(TypeField, (ulong)dictionary.Text(type));
        into.Varint(UnitField, (ulong)dictionary.Text(unit));
        into.End(value);
    }

    private static void Attributes(ProtoBuffer into, ProfileDocument document, ProfileDictionary dictionary)
    {
        List<long> attributes = [dictionary.Attribute("huatuo.profiler", document.Profiler)];
        if (document.Task.Length > 0)
            attributes.Add(dictionary.Attribute("huatuo.task_id", document.Task));
        into.Packed(AttributesField, [.. attributes]);
    }

    // The first has the document's identifier, a UUID of version 7; the others differ from it in the version.
    private static byte[] Id(Guid document, int number)
    {
        byte[] id = document.ToByteArray(bigEndian: true);
        id[VersionByte] += (byte)(number << 4);
        return id;
    }
}
