using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SecureToken.Core.Settings;

/// <summary>The JSON schema of <c>sectoken.json</c>, made of the shapes that the reader checks against.</summary>
public static class SettingsFileSchema
{
    /// <summary>Where the schema is found.</summary>
    public const string Address = "https://raw.githubusercontent.com/securetoken-build/securetoken-build/main/docs/sectoken.schema.json";

    /// <summary>The schema, draft 7: what editors read.</summary>
    public static string Generate()
    {
        var buffer = new ArrayBufferWriter<byte>();
        var options = new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "http://json-schema.org/draft-07/schema#");
            json.WriteString("$id", Address);
            json.WriteString("title", Shapes.Root.Name);
            WriteMembersOf(json, Shapes.Root, kind: null);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static void WriteObject(Utf8JsonWriter json, ObjectShape shape, string? kind)
    {
        json.WriteStartObject();
        WriteMembersOf(json, shape, kind);
        json.WriteEndObject();
    }

    private static void WriteMembersOf(Utf8JsonWriter json, ObjectShape shape, string? kind)
    {
        json.WriteString("description", shape.Description);
        json.WriteString("type", "object");
        json.WriteBoolean("additionalProperties", false);
        json.WriteStartObject("properties");
        if (kind is not null)
        {
            json.WriteStartObject(Shapes.Kind);
            json.WriteString("const", kind);
            json.WriteEndObject();
        }

        foreach (MemberShape member in shape.Members)
        {
            json.WriteStartObject(member.Name);
            if (member.Form != Form.Object)
            {
                json.WriteString("description", member.Description);
            }

            WriteForm(json, member);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        WriteTexts(
            json, "required",
            [.. kind is null ? [] : (string[])[Shapes.Kind],
            .. shape.Members.Where(member => member.IsRequired).Select(member => member.Name)]);
        if (shape.OneOf.Count > 0)
        {
            json.WriteStartArray("oneOf");
            foreach (string name in shape.OneOf)
            {
                json.WriteStartObject();
                WriteTexts(json, "required", [name]);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    }

    private static void WriteForm(Utf8JsonWriter json, MemberShape member)
    {
        switch (member.Form)
        {
            case Form.Text:
                json.WriteString("type", "string");
                if (member.Choices.Count > 0)
                {
                    WriteTexts(json, "enum", member.Choices);
                }

                break;
            case Form.TextOrNumber:
                WriteTexts(json, "type", ["string", "integer"]);
                json.WriteNumber("minimum", 0);
                break;
            case Form.TextOrTexts:
                json.WriteStartArray("oneOf");
                json.WriteStartObject();
                json.WriteString("type", "string");
                json.WriteEndObject();
                json.WriteStartObject();
                WriteTextList(json);
                json.WriteEndObject();
                json.WriteEndArray();
                break;
            case Form.Texts:
                WriteTextList(json);
                break;
            case Form.Number:
                json.WriteString("type", "integer");
                json.WriteNumber("minimum", 0);
                break;
            case Form.Flag:
                json.WriteString("type", "boolean");
                break;
            case Form.TextMap:
                json.WriteString("type", "object");
                WriteTextItems(json, "additionalProperties");
                break;
            case Form.Object:
                WriteMembersOf(json, member.Of!, kind: null);
                break;
            default:
                WriteObjects(json, member);
                break;
        }
    }

    private static void WriteObjects(Utf8JsonWriter json, MemberShape member)
    {
        json.WriteString("type", "array");
        json.WritePropertyName("items");
        if (member.Of is { } shape)
        {
            WriteObject(json, shape, kind: null);
            return;
        }

        json.WriteStartObject();
        json.WriteStartArray("oneOf");
        foreach (ObjectShape one in member.Kinds)
        {
            WriteObject(json, one, one.Name);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTextList(Utf8JsonWriter json)
    {
        json.WriteString("type", "array");
        json.WriteNumber("minItems", 1);
        WriteTextItems(json, "items");
    }

    private static void WriteTextItems(Utf8JsonWriter json, string name)
    {
        json.WriteStartObject(name);
        json.WriteString("type", "string");
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
