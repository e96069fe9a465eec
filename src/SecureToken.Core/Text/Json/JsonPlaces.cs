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
/// <param name="NameEnd">After the name's closing quote.</param>
/// <param name="ValueStart">The value's first byte.</param>
/// <param name="ValueEnd">After the value.</param>
/// <param name="Kind">A string, another scalar, or an object or array with or without content.</param>
/// <param name="InArray">Whether it is an element: it has no name, and the ones behind it are numbered after it.</param>
/// <param name="CommaBefore">The comma that ends the one before.</param>
/// <param name="CommaAfter">The comma that ends this one.</param>
internal readonly record struct JsonMember(
    int Start, int NameEnd, int ValueStart, int ValueEnd, JsonKind Kind, bool InArray, int CommaBefore, int CommaAfter);

/// <summary>An object whose path is the start of the key.</summary>
/// <param name="KeyOffset">How many characters of the key its path and the colon behind it cover.</param>
/// <param name="Open">Its opening brace.</param>
/// <param name="Close">Its closing brace.</param>
/// <param name="Last">Its last member; null when it is empty.</param>
internal readonly record struct JsonObject(int KeyOffset, int Open, int Close, JsonMember? Last);

/// <summary>Where a key stands in a document, and where it could.</summary>
internal sealed class JsonPlaces
{
    public TextFault? Fault { get; set; }

    /// <summary>Nothing but white space.</summary>
    public bool IsBlank { get; set; }

    /// <summary>Everything that stands at the key, in the order of the document.</summary>
    public List<JsonMember> AtKey { get; } = [];

    /// <summary>The deepest object on the key's way.</summary>
    public JsonObject Host { get; private set; }

    /// <summary>The first member of the top level, as a model for indentation.</summary>
    public JsonMember? Model { get; set; }

    /// <summary>
    /// Of two objects at the same path the one with content wins: filling the empty one would change what the reader gives for the path.
    /// </summary>
    public void Offer(JsonObject found)
    {
        bool fillsTie = found.KeyOffset == Host.KeyOffset && Host.Last is null && found.Last is not null;
        if (Host.Close == 0 || found.KeyOffset > Host.KeyOffset || fillsTie)
        {
            Host = found;
        }
    }
}
