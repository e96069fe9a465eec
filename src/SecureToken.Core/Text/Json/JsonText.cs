using System.Security.Cryptography;
using System.Text;

namespace SecureToken.Core.Text.Json;

/// <summary>
/// Reads and changes one configuration key of a JSON document and keeps every other byte. A key is parts joined by colons, compared without
/// case, as Microsoft.Extensions.Configuration.Json 10.0 reads it; array indexes are parts too.
/// </summary>
/// <remarks>
/// A key that stands twice in any spelling (nested, flat, other case) is a fault, because that reader then throws and the user's program
/// does not start. For the same reason a value is changed where it stands and never added a second time in another form.
/// </remarks>
public static class JsonText
{
    /// <summary>
    /// Puts a value at a key. Where the key stands nowhere, it goes into the deepest object on its way, or with all its parts as one name
    /// into the top level. An empty document becomes a new one. Where the value stands already, the bytes are the same.
    /// </summary>
    /// <param name="document">UTF-8, with or without a byte order mark.</param>
    /// <param name="key">For example <c>Sysdig:SecureApiToken</c>.</param>
    /// <param name="value">UTF-8; it is escaped as JSON needs it.</param>
    public static TextEditResult Set(ReadOnlySpan<byte> document, string key, ReadOnlySpan<byte> value)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (TextFault.FirstInvalidByte(value) >= 0)
        {
            return TextEditResult.Failed(new TextFault(1, 1, "the value is not UTF-8"));
        }

        JsonPlaces places = JsonScanner.Scan(document, key);
        if ((Find(document, key, places, out JsonMember? member) ?? places.Duplicate) is { } fault)
        {
            return TextEditResult.Failed(fault);
        }

        if (member is { } old && Holds(document, old, value))
        {
            return TextEditResult.Of(Bytes.Copy(document));
        }

        TextChange[] changes = member is { } place
            ? [new TextChange(place.ValueStart, place.ValueEnd - place.ValueStart, "\"", HasValue: true, "\"")]
            : JsonInsertion.Plan(document, places, key);
        byte[] escaped = JsonString.Escape(value);
        TextEditResult edit = TextChanges.Apply(document, changes, escaped);
        CryptographicOperations.ZeroMemory(escaped);
        return edit;
    }

    /// <summary>
    /// The value at a key as the reader gives it: numbers as they are written, <c>True</c> and <c>False</c> with a capital; <c>null</c>
    /// counts as absent.
    /// </summary>
    public static TextReadResult Get(ReadOnlySpan<byte> document, string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        JsonPlaces places = JsonScanner.Scan(document, key);
        if (Find(document, key, places, out JsonMember? member) is { } fault)
        {
            return TextReadResult.Failed(fault);
        }

        return member is { } place && Read(document, place) is { } value ? TextReadResult.Of(value) : TextReadResult.Absent;
    }

    /// <summary>
    /// Takes the key out, with its comma and, where nothing else stands on it, its line. Comments and an emptied parent stay; but where a
    /// value stands at the parent's own key, the parent goes, because that reader would refuse the empty one or take it for the value.
    /// </summary>
    public static TextEditResult Remove(ReadOnlySpan<byte> document, string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        JsonPlaces places = JsonScanner.Scan(document, key);
        if (Find(document, key, places, out JsonMember? member) is { } fault)
        {
            return TextEditResult.Failed(fault);
        }

        if (member is not { } place)
        {
            return TextEditResult.Of(Bytes.Copy(document));
        }

        for (int end = place.KeyOffset - 1; end >= 0 && IsOnly(document, place); end = place.KeyOffset - 1)
        {
            List<JsonMember> beside = JsonScanner.Scan(document, key[..end]).AtKey;
            int parent = beside.FindIndex(other => other.ValueStart < place.Start && place.Start < other.ValueEnd);
            if (beside.TrueForAll(other => other.Kind == JsonKind.Filled))
            {
                break;
            }

            place = beside[parent];
        }

        // Taking out an element would renumber the ones behind it.
        return place.InArray
            ? TextEditResult.Failed(TextFault.At(document, place.Start, $"the key '{key}' is an element of an array"))
            : TextChanges.Apply(document, JsonRemoval.Plan(document, place), default);
    }

    private static bool IsOnly(ReadOnlySpan<byte> document, JsonMember member) =>
        member.CommaBefore < 0 && document[JsonGrammar.Next(document, member.ValueEnd, out _)] is (byte)'}' or (byte)']';

    /// <summary>
    /// The one value at the key. An object or array with content beside it does not count (the reader takes <c>{"a":{"b":1},"a":2}</c>), an
    /// empty one does (measured: Configuration: an empty object at a key).
    /// </summary>
    private static TextFault? Find(ReadOnlySpan<byte> document, string key, JsonPlaces places, out JsonMember? member)
    {
        member = null;
        if (places.Fault is not null)
        {
            return places.Fault;
        }

        foreach (JsonMember found in places.AtKey)
        {
            if (found.Kind == JsonKind.Filled)
            {
                continue;
            }

            if (member is not null)
            {
                return TextFault.At(document, found.Start, $"the key '{key}' appears here a second time");
            }

            member = found;
        }

        JsonMember? container = member is { Kind: JsonKind.Empty } ? member
            : member is null && places.AtKey.Count > 0 ? places.AtKey[0] : null;
        return container is { } taken ? TextFault.At(document, taken.ValueStart, $"there is an object or array at the key '{key}'") : null;
    }

    private static bool Holds(ReadOnlySpan<byte> document, JsonMember member, ReadOnlySpan<byte> value)
    {
        byte[]? old = Read(document, member);
        bool holds = old is not null && value.SequenceEqual(old);
        CryptographicOperations.ZeroMemory(old);
        return holds;
    }

    private static byte[]? Read(ReadOnlySpan<byte> document, JsonMember member)
    {
        ReadOnlySpan<byte> raw = document[member.ValueStart..member.ValueEnd];
        if (member.Kind == JsonKind.Text)
        {
            return JsonString.Decode(raw);
        }

        return raw[0] switch
        {
            (byte)'n' => null,
            (byte)'t' => Encoding.UTF8.GetBytes(bool.TrueString),
            (byte)'f' => Encoding.UTF8.GetBytes(bool.FalseString),
            _ => Bytes.Copy(raw),
        };
    }
}
