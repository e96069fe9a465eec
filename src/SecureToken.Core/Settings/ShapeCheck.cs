using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Text.Json;

namespace SecureToken.Core.Settings;

/// <summary>Finds the first thing in a settings file that is not what it can be.</summary>
internal static class ShapeCheck
{
    /// <summary>Where and why, or null when all is well.</summary>
    public static (int Offset, string Reason)? Find(JsonNode node, ObjectShape shape)
    {
        if (node.Kind != JsonValueKind.Object)
        {
            return (node.Offset, $"an object is expected ({shape.Description.TrimEnd('.')})");
        }

        return FindInMembers(node, shape, [.. shape.Members]);
    }

    private static (int Offset, string Reason)? FindInMembers(JsonNode node, ObjectShape shape, IReadOnlyList<MemberShape> members)
    {
        HashSet<string> seen = [];
        foreach (JsonNamed named in node.Members)
        {
            if (!seen.Add(named.Name))
            {
                return (named.Offset, $"\"{Shown(named.Name)}\" appears here a second time");
            }

            if (members.FirstOrDefault(member => member.Name == named.Name) is not { } member)
            {
                return (named.Offset, $"\"{Shown(named.Name)}\" is unknown here{Nearest(named.Name, members.Select(known => known.Name))}");
            }

            if (FindInMember(named, member) is { } fault)
            {
                return fault;
            }
        }

        foreach (MemberShape member in members)
        {
            if (member.IsRequired && !seen.Contains(member.Name))
            {
                return (node.Offset, $"\"{member.Name}\" is missing here");
            }
        }

        return shape.OneOf.Count > 0 && shape.OneOf.Count(seen.Contains) != 1
            ? (node.Offset, $"one of \"{string.Join("\" and \"", shape.OneOf)}\" is needed here, and not both")
            : null;
    }

    private static (int Offset, string Reason)? FindInMember(JsonNamed named, MemberShape member)
    {
        JsonNode value = named.Value;
        bool fits = member.Form switch
        {
            Form.Text => value.Kind == JsonValueKind.String,
            Form.TextOrNumber => value.Kind == JsonValueKind.String || IsWhole(value),
            Form.TextOrTexts => value.Kind == JsonValueKind.String || AreTexts(value),
            Form.Texts => AreTexts(value),
            Form.Number => IsWhole(value),
            Form.Flag => value.Kind is JsonValueKind.True or JsonValueKind.False,
            Form.TextMap =>
                value.Kind == JsonValueKind.Object && value.Members.TrueForAll(entry => entry.Value.Kind == JsonValueKind.String),
            Form.Object => value.Kind == JsonValueKind.Object,
            _ => value.Kind == JsonValueKind.Array,
        };
        if (!fits)
        {
            return (value.Offset, $"\"{member.Name}\" is {Words(member.Form)}");
        }

        if (member.Choices.Count > 0 && !member.Choices.Contains(value.Text))
        {
            return (value.Offset, $"\"{member.Name}\" is one of {string.Join(", ", member.Choices)}{Nearest(value.Text, member.Choices)}");
        }

        return FindInObjects(member, value);
    }

    private static (int Offset, string Reason)? FindInObjects(MemberShape member, JsonNode value)
    {
        IEnumerable<JsonNode> objects = member.Form == Form.Objects ? value.Items : member.Form == Form.Object ? [value] : [];
        foreach (JsonNode item in objects)
        {
            (int Offset, string Reason)? fault = member.Of is { } shape ? Find(item, shape) : FindOfKind(item, member.Kinds);
            if (fault is not null)
            {
                return fault;
            }
        }

        return null;
    }

    private static (int Offset, string Reason)? FindOfKind(JsonNode node, IReadOnlyList<ObjectShape> kinds)
    {
        if (node.Kind != JsonValueKind.Object)
        {
            return (node.Offset, "an object with a \"kind\" is expected here");
        }

        if (node.Of(Shapes.Kind) is not { } kind)
        {
            return (node.Offset, "\"kind\" is missing here");
        }

        string[] names = [.. kinds.Select(candidate => candidate.Name)];
        return kinds.FirstOrDefault(candidate => kind.Kind == JsonValueKind.String && candidate.Name == kind.Text) is { } shape
            ? FindInMembers(node, shape, [new MemberShape(Shapes.Kind, Form.Text, string.Empty), .. shape.Members])
            : (kind.Offset, $"\"kind\" is one of {string.Join(", ", names)}{Nearest(kind.Text, names)}");
    }

    private static bool AreTexts(JsonNode value) =>
        value.Kind == JsonValueKind.Array && value.Items.Count > 0 && value.Items.TrueForAll(item => item.Kind == JsonValueKind.String);

    private static bool IsWhole(JsonNode value) =>
        value.Kind == JsonValueKind.Number && long.TryParse(value.Text, System.Globalization.NumberStyles.None, null, out _);

    private static string Words(Form form) => form switch
    {
        Form.Text => "a text in quotes",
        Form.TextOrNumber => "a text in quotes or a whole number",
        Form.TextOrTexts => "a text in quotes or a list of such texts",
        Form.Texts => "a list of texts in quotes",
        Form.Number => "a whole number",
        Form.Flag => "true or false",
        Form.TextMap => "an object whose members are texts in quotes",
        Form.Object => "an object",
        _ => "a list of objects",
    };

    private static string Nearest(string text, IEnumerable<string> candidates) =>
        Suggestion.Nearest(text, candidates) is { } nearest ? $"; perhaps \"{nearest}\" is meant" : string.Empty;

    private static string Shown(string name) =>
        PrintableText.Ascii(name, 40);
}
