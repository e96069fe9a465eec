using System.Text.Json;

namespace SecureToken.Core.Text.Json;

/// <summary>A value of a JSON document that holds no secret, with the place where it stands.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Offset">Where it starts, in bytes.</param>
internal sealed record JsonNode(JsonValueKind Kind, int Offset)
{
    /// <summary>A string's content, a number as it is written.</summary>
    public string Text { get; init; } = string.Empty;

    /// <summary>The members of an object, in order.</summary>
    public List<JsonNamed> Members { get; } = [];

    /// <summary>The elements of an array.</summary>
    public List<JsonNode> Items { get; } = [];

    /// <summary>The member of a name, or null.</summary>
    public JsonNode? Of(string name) => Members.Find(member => member.Name == name)?.Value;
}

/// <summary>A member of an object.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Offset">Where the name starts, in bytes.</param>
/// <param name="Value">Its value.</param>
internal sealed record JsonNamed(string Name, int Offset, JsonNode Value);

/// <summary>Reads a JSON document with comments and trailing commas into nodes that know where they stand.</summary>
internal static class JsonTree
{
    /// <summary>Deeper documents are none of ours.</summary>
    private const int Depth = 16;

    /// <summary>The root, or why there is none.</summary>
    public static JsonNode? Read(ReadOnlySpan<byte> document, out TextFault? fault)
    {
        int mark = Bytes.MarkLength(document);
        var reader = new Utf8JsonReader(
            document[mark..],
                new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = Depth });
        try
        {
            reader.Read();
            JsonNode root = Value(ref reader, mark);
            reader.Read();
            fault = null;
            return root;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Its text quotes the document. An escaped half of a surrogate pair is the invalid operation.
            int at = Math.Min(document.Length, mark + (int)reader.BytesConsumed);
            fault = document.Length == mark
                ? new TextFault(1, 1, "the file is empty")
                : TextFault.At(document, at, Missing(document[at..], reader) ?? "this is not well-formed JSON");
            return null;
        }
    }

    /// <summary>What is missing between two values, the commonest mistake; null when it is another one.</summary>
    private static string? Missing(ReadOnlySpan<byte> rest, in Utf8JsonReader reader)
    {
        ReadOnlySpan<byte> next = Bytes.TrimStart(rest);
        bool beginsValue = !next.IsEmpty && "\"{[-0123456789tfn"u8.Contains(next[0]);

        // Behind the root a comma would not help.
        return !beginsValue || reader.CurrentDepth == 0 ? null : reader.TokenType switch
        {
            // A name whose colon is missing is still a text for the reader.
            JsonTokenType.String => "a comma or a colon is missing before this",
            JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null
                or JsonTokenType.EndObject or JsonTokenType.EndArray => "a comma is missing before this",
            _ => null,
        };
    }

    private static JsonNode Value(ref Utf8JsonReader reader, int mark)
    {
        int at = mark + (int)reader.TokenStartIndex;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var container = new JsonNode(JsonValueKind.Object, at);
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    string name = reader.GetString()!;
                    int nameAt = mark + (int)reader.TokenStartIndex;
                    reader.Read();
                    container.Members.Add(new JsonNamed(name, nameAt, Value(ref reader, mark)));
                }

                return container;
            case JsonTokenType.StartArray:
                var list = new JsonNode(JsonValueKind.Array, at);
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    list.Items.Add(Value(ref reader, mark));
                }

                return list;
            case JsonTokenType.String:
                return new JsonNode(JsonValueKind.String, at) { Text = reader.GetString()! };
            case JsonTokenType.Number:
                return new JsonNode(JsonValueKind.Number, at) { Text = System.Text.Encoding.ASCII.GetString(reader.ValueSpan) };
            case JsonTokenType.True or JsonTokenType.False:
                return new JsonNode(reader.TokenType == JsonTokenType.True ? JsonValueKind.True : JsonValueKind.False, at);
            default:
                return new JsonNode(JsonValueKind.Null, at);
        }
    }
}
