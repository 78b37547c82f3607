namespace Huatuo.Linux.Tests;

/// <summary>Seeded damage to a well-formed text: bytes changed, runs cut, doubled or replaced by noise.</summary>
internal static class Mutation
{
    internal static byte[] Of(ReadOnlySpan<byte> original, int seed)
    {
        var random = new Random(seed);
        if (random.Next(8) == 0)
        {
            byte[] noise = new byte[random.Next(600)];
            random.NextBytes(noise);
            return noise;
        }

        var bytes = new List<byte>(original.ToArray());
        for (int change = random.Next(1, 6); change > 0 && bytes.Count > 0; change--)
        {
            int at = random.Next(bytes.Count);
            int length = random.Next(Math.Min(40, bytes.Count - at));
            switch (random.Next(4))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes.RemoveRange(at, length); break;
                case 2: bytes.InsertRange(at, bytes.GetRange(at, length)); break;
                default: bytes[at] = (byte)" \t\n[]()/:-,09af\\"[random.Next(16)]; break;
            }
        }
        return [.. bytes];
    }
}
