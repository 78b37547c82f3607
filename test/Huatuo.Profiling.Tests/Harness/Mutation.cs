namespace Huatuo.Profiling.Tests.Harness;

/// <summary>Seeded damage to a file: bytes changed, runs cut, doubled or set to ones.</summary>
internal static class Mutation
{
    internal static byte[] Of(ReadOnlySpan<byte> original, int seed)
    {
        var random = new Random(seed);
        var bytes = new List<byte>(original.ToArray());
        for (int change = random.Next(1, 8); change > 0 && bytes.Count > 0; change--)
        {
            // Headers are where damage does most.
            int at = random.Next(2) == 0 ? random.Next(Math.Min(1024, bytes.Count)) : random.Next(bytes.Count);
            int length = random.Next(Math.Min(16, bytes.Count - at));
            switch (random.Next(6))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveRange(at, length); break;
                case 2: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
                case 3: bytes.RemoveRange(at, bytes.Count - at); break;
                default:
                    for (int i = 0; i < length; i++)
                        bytes[at + i] = 0xff;
                    break;
            }
        }
        return [.. bytes];
    }
}
