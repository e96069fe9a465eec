using System.Text.Json;

namespace SecureToken.TestSupport.Browsing;

/// <summary>What an assistive technology is told of one element.</summary>
public sealed record AccessibleNode(string Role, string Name, string Description, string Value, bool IsDisabled)
{
    internal int ElementId { get; private init; }

    internal static AccessibleNode Of(JsonElement node) => new(
        Text(node, "role"),
        Text(node, "name"),
        Text(node, "description"),
        Text(node, "value"),
        node.TryGetProperty("properties", out JsonElement properties) &&
            properties.EnumerateArray().Any(property => property.GetProperty("name").GetString() == "disabled" && property.GetProperty("value").GetProperty("value").GetBoolean()))
    {
        ElementId = node.TryGetProperty("backendDOMNodeId", out JsonElement id) ? id.GetInt32() : 0,
    };

    private static string Text(JsonElement node, string member) =>
        node.TryGetProperty(member, out JsonElement text) && text.TryGetProperty("value", out JsonElement value) ? value.ToString() : string.Empty;
}
