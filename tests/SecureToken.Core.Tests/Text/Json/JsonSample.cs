namespace SecureToken.Core.Tests.Text.Json;

/// <summary>A generated JSON document that the reader takes.</summary>
/// <param name="Bytes">The document.</param>
/// <param name="Key">The key to change.</param>
/// <param name="Prefix">
/// Every byte before the value, and with <paramref name="Suffix"/> what must stay; null when the key is absent.
/// </param>
/// <param name="Suffix">Every byte behind the value.</param>
internal sealed record JsonSample(byte[] Bytes, string Key, byte[]? Prefix, byte[]? Suffix)
{
    // Stands in the text for the value that is to be replaced.
    public const char Slot = '\uE000';

    private static readonly string[] OldValues =
        ["\"old\"", "\"\"", "\"\\u006fld \\\"}, // \\\\\"", "\"{ \\\"A\\\": 1 }\"", "null", "true", "false", "-12.50e+3", "0"];

    /// <summary>The same number gives the same document.</summary>
    public static JsonSample Generate(int seed)
    {
        Random random = new(seed);
        (string key, JsonNode root, bool isPresent) = Shape(random);
        string text = new JsonWriter(random).Write(root);
        byte[] mark = random.Next(6) == 0 ? [0xEF, 0xBB, 0xBF] : [];
        if (!isPresent)
        {
            return new JsonSample([.. mark, .. Utf8.Of(text)], key, null, null);
        }

        string[] around = text.Split(Slot);
        byte[] prefix = [.. mark, .. Utf8.Of(around[0])];
        byte[] suffix = Utf8.Of(around[1]);
        return new JsonSample([.. prefix, .. Utf8.Of(OldValues[random.Next(OldValues.Length)]), .. suffix], key, prefix, suffix);
    }

    private static (string Key, JsonNode Root, bool IsPresent) Shape(Random random)
    {
        JsonNode slot = new(Slot.ToString());
        const string Two = "Sysdig:SecureApiToken";
        const string Three = "Sysdig:Team:Token";
        return random.Next(16) switch
        {
            0 => (Two, Top(("Sysdig", Object(("SecureApiToken", slot)))), true),
            1 => (Two, Top(("Sysdig:SecureApiToken", slot)), true),
            2 => (Two, Top(("Sysdig:SecureApiToken", slot), ("Sysdig", Object())), true),
            3 => (Two, Top(("Sysdig:SecureApiToken", slot), ("Sysdig:Url", Leaf())), true),
            4 => (Two, Top(("Sysdig", Leaf()), ("Sysdig:SecureApiToken", slot)), true),
            5 => (Three, Top(("Sysdig:Team", Object(("Token", slot)))), true),
            6 => (Three, Top(("Sysdig", Object(("Team:Token", slot), ("Team", Object())))), true),
            7 => (Three, Top(("Sysdig", Object(("Team", Object(("Token", slot)))))), true),
            8 => ("Sysdig:1:Token", Top(("Sysdig", new JsonNode(null, [("", Leaf()), ("", Object(("Token", slot)))], IsArray: true))), true),
            9 => ("Sysdig:1", Top(("Sysdig", new JsonNode(null, [("", Leaf()), ("", slot), ("", Leaf())], IsArray: true))), true),
            10 => (Two, Top(("Sysdig", Object())), false),
            11 => (Three, Top(("Sysdig", Object(("Team", Object())))), false),
            12 => (Three, Top(("Sysdig", Object(("Team", Leaf())))), false),
            13 => (Two, Top(("Sysdig", new JsonNode(null, [("", Leaf())], IsArray: true))), false),
            14 => (Two, random.Next(2) == 0 ? Top(("Sysdig", Leaf())) : new JsonNode(null, []), false),
            _ => (Two, Top(), false),
        };

        JsonNode Top(params (string, JsonNode)[] members) => Object(members);

        // Other members around the given ones; their names never collide.
        JsonNode Object(params (string, JsonNode)[] members)
        {
            List<(string, JsonNode)> all = [.. members];
            for (int count = random.Next(4); count > 0; count--)
            {
                all.Insert(random.Next(all.Count + 1), Other(random, 3));
            }

            return new JsonNode(null, all);
        }

        JsonNode Leaf() => new(JsonWriter.Scalar(random));
    }

    private static (string Name, JsonNode Node) Other(Random random, int depth)
    {
        string[] names = ["x", "naïve", "日本", "😀", "with space", "a.b", "q\"uote", "back\\slash", "//", "{", "Sys", "Token2", "o:p"];
        string name = names[random.Next(names.Length)] + random.Next(1_000_000);
        if (depth == 0 || random.Next(3) > 0)
        {
            return (name, new JsonNode(JsonWriter.Scalar(random)));
        }

        List<(string, JsonNode)> members = [.. Enumerable.Range(0, random.Next(4)).Select(_ => Other(random, depth - 1))];
        return (name, new JsonNode(null, members, IsArray: random.Next(3) == 0));
    }
}

/// <summary>A scalar as it is written, or an object or array.</summary>
internal sealed record JsonNode(string? Scalar, IReadOnlyList<(string Name, JsonNode Node)>? Members = null, bool IsArray = false);
