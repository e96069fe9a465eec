using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SecureToken.Core.Settings;

/// <summary>What a new settings file is to say.</summary>
/// <param name="Instance">The instance.</param>
/// <param name="Team">The team.</param>
/// <param name="Kind">The kind of the destination.</param>
/// <param name="Member">The member that says where it is.</param>
/// <param name="Place">Where it is, relative to the file.</param>
public sealed record SettingsFileDraft(string Instance, string Team, string Kind, string Member, string Place)
{
    /// <summary>The region, or null.</summary>
    public string? Region { get; init; }

    /// <summary>The endpoint instead of a region, or null.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The IAM endpoint, where it is not the public one.</summary>
    public string? IamEndpoint { get; init; }

    /// <summary>The file.</summary>
    public byte[] ToUtf8()
    {
        var buffer = new ArrayBufferWriter<byte>();

        // A file for people: a team's name is in it as it is written, and no web page will ever hold it.
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            json.WriteStartObject();
            json.WriteString("$schema", SettingsFileSchema.Address);
            WriteGiven(json, "region", Region);
            WriteGiven(json, "endpoint", Endpoint);
            WriteGiven(json, "iamEndpoint", IamEndpoint);
            json.WriteString("instance", Instance);
            json.WriteStartArray("tokens");
            json.WriteStartObject();
            json.WriteString("team", Team);
            json.WriteStartArray("destinations");
            json.WriteStartObject();
            json.WriteString(Shapes.Kind, Kind);
            json.WriteString(Member, Place);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteGiven(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
