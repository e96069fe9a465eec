namespace SecureToken.Core.Text;

/// <summary>A document with one value changed, or why it cannot be. Exactly one of the two is there.</summary>
public readonly struct TextEditResult
{
    private TextEditResult(byte[]? document, TextFault? fault) => (Document, Fault) = (document, fault);

    /// <summary>
    /// The whole new document, always an array of its own in memory that the garbage collector does not move: zeroing it leaves no copy
    /// behind. Holds the secret.
    /// </summary>
    public byte[]? Document { get; }

    /// <summary>Why there is no document.</summary>
    public TextFault? Fault { get; }

    internal static TextEditResult Of(byte[] document) => new(document, null);

    internal static TextEditResult Failed(TextFault fault) => new(null, fault);
}
