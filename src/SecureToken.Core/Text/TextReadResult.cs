namespace SecureToken.Core.Text;

/// <summary>The value that stands at a key. Neither value nor fault: the key is absent.</summary>
public readonly struct TextReadResult
{
    private TextReadResult(byte[]? value, TextFault? fault) => (Value, Fault) = (value, fault);

    /// <summary>
    /// UTF-8 without quotes and escapes, an array of its own in memory that the garbage collector does not move. Holds the secret.
    /// </summary>
    public byte[]? Value { get; }

    /// <summary>Why the document cannot be read.</summary>
    public TextFault? Fault { get; }

    internal static TextReadResult Absent => default;

    internal static TextReadResult Of(byte[] value) => new(value, null);

    internal static TextReadResult Failed(TextFault fault) => new(null, fault);
}
