namespace SecureToken.Core.Text.Json;

/// <summary>What stands at a name or an index.</summary>
internal enum JsonKind
{
    Text,
    Raw,
    Empty,
    Filled,
}

/// <summary>One member of an object, or one element of an array. Offsets in bytes; -1: not there.</summary>
/// <param name="Start">The name's opening quote; the value in an array.</param>
/// <param name="NameEnd">After the name's closing quote; means nothing in an array.</param>
/// <param name="ValueStart">The value's first byte.</param>
/// <param name="ValueEnd">After the value.</param>
/// <param name="Kind">A string, another scalar, or an object or array with or without content.</param>
/// <param name="InArray">Whether it is an element: it has no name, and the ones behind it are numbered after it.</param>
/// <param name="KeyOffset">Where in the key its name starts.</param>
/// <param name="CommaBefore">The comma that ends the one before.</param>
/// <param name="CommaAfter">The comma that ends this one.</param>
internal sealed record JsonMember(
    int Start, int NameEnd, int ValueStart, int ValueEnd, JsonKind Kind, bool InArray, int KeyOffset, int CommaBefore, int CommaAfter);

/// <summary>An object whose path is the start of the key.</summary>
/// <param name="KeyOffset">How many characters of the key its path and the colon behind it cover.</param>
/// <param name="Open">Its opening brace.</param>
/// <param name="Close">Its closing brace.</param>
/// <param name="Last">Its last member; null when it is empty.</param>
internal readonly record struct JsonObject(int KeyOffset, int Open, int Close, JsonMember? Last);

/// <summary>Where a key stands in a document, and where it could.</summary>
internal sealed class JsonPlaces
{
    private readonly HashSet<int> _values = [];

    public TextFault? Fault { get; set; }

    /// <summary>Where the configuration reader finds a second value of a key on the way and refuses the document.</summary>
    public TextFault? Duplicate { get; private set; }

    /// <summary>Nothing but white space.</summary>
    public bool IsBlank { get; set; }

    /// <summary>Everything that stands at the key, in the order of the document.</summary>
    public List<JsonMember> AtKey { get; } = [];

    /// <summary>The deepest object on the key's way.</summary>
    public JsonObject Host { get; private set; }

    /// <summary>The first member of the top level, as a model for indentation.</summary>
    public JsonMember? Model { get; private set; }

    /// <summary>
    /// Notes a member of an object or array on the key's way; its path is the start of the key up to <paramref name="reach"/>.
    /// </summary>
    public void Note(ReadOnlySpan<byte> document, string key, JsonMember member, int reach)
    {
        Model ??= member.KeyOffset == 0 ? member : null;
        if (reach == key.Length)
        {
            AtKey.Add(member);
        }
        else if (reach >= 0 && member.Kind != JsonKind.Filled && !_values.Add(reach) && member.Kind != JsonKind.Empty)
        {
            // An empty object or array is a value, and may come second (measured: Configuration: an empty object at a key).
            Duplicate ??= TextFault.At(document, member.Start, $"the key '{key[..reach]}' appears here a second time");
        }
    }

    /// <summary>
    /// Of two objects at the same path the one with content wins: filling the empty one would change what the reader gives for the path. So
    /// would filling it where the path has a value beside it.
    /// </summary>
    public void Offer(JsonObject found)
    {
        if (found.Last is null && _values.Contains(found.KeyOffset - 1))
        {
            return;
        }

        bool fillsTie = found.KeyOffset == Host.KeyOffset && Host.Last is null && found.Last is not null;
        if (Host.Close == 0 || found.KeyOffset > Host.KeyOffset || fillsTie)
        {
            Host = found;
        }
    }
}
