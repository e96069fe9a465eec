using System.Text.Json;

namespace SecureToken.Benchmarks.OfTool;

/// <summary>The user-secrets file that the tool and its peer are made to fight over.</summary>
internal sealed class SecretsFile(Workplace workplace)
{
    private const string Other = "Database:Password";
    private const string OtherValue = "stays";
    private readonly string _path = Ways.SecretsOf(workplace);

    /// <summary>Puts a whole file with another secret there.</summary>
    public void Restore()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        File.WriteAllText(_path, JsonSerializer.Serialize(new Dictionary<string, string> { [Other] = OtherValue, [Ways.Key] = "before" }));
    }

    /// <summary>Whether it can be read and still has both secrets.</summary>
    public bool IsWhole() => Read() is { } values && values.GetValueOrDefault(Other) == OtherValue && values.GetValueOrDefault(Ways.Key) is { Length: > 0 };

    public int CountOf(IEnumerable<string> keys) => Read() is { } values ? keys.Count(values.ContainsKey) : 0;

    /// <summary>The flat content, or null when the file is not there or is no JSON.</summary>
    private Dictionary<string, string?>? Read()
    {
        try
        {
            // ReadAllText takes off the byte-order mark that the peer writes.
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(_path));
            var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
            Flatten(document.RootElement, string.Empty, values);
            return values;
        }
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            return null;
        }
    }

    private static void Flatten(JsonElement element, string prefix, Dictionary<string, string?> values)
    {
        foreach (JsonProperty member in element.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Object)
            {
                Flatten(member.Value, prefix + member.Name + ":", values);
            }
            else
            {
                values[prefix + member.Name] = member.Value.GetString();
            }
        }
    }
}
