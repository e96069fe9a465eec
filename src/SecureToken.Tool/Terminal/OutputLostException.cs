namespace SecureToken.Tool.Terminal;

/// <summary>Standard output took no data: a full disk, a closed descriptor. A reader that has gone is none of these.</summary>
internal sealed class OutputLostException : Exception
{
    public OutputLostException(IOException cause)
        : base("Standard output cannot be written.", cause) => Reason = cause.Message.Split('\n')[0].TrimEnd('.', '\r');

    /// <summary>The system's words.</summary>
    public string Reason { get; }
}
