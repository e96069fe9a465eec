namespace SecureToken.Core.Interop;

/// <summary>The exceptions by which .NET reports what the file system said.</summary>
internal static class FileErrors
{
    /// <summary>Whether it is one of them (measured: A failed lseek is a NotSupportedException).</summary>
    public static bool Are(Exception exception) => exception is IOException or UnauthorizedAccessException or NotSupportedException;

    /// <summary>The message without its full stop, to fit inside one of our sentences. It holds paths, never content.</summary>
    public static string Reason(Exception exception) => exception.Message.TrimEnd('.', ' ');
}
