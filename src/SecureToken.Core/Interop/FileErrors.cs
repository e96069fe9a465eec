using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Interop;

/// <summary>The exceptions by which .NET reports what the file system said.</summary>
internal static class FileErrors
{
    /// <summary>Windows: another program has the file open.</summary>
    public const int SharingViolation = 32;

    /// <summary>Windows: another program has locked a part of the file.</summary>
    public const int LockViolation = 33;

    /// <summary>What is said of a file that another program has open.</summary>
    public const string InUse = "another program has it open";

    /// <summary>Whether it is one of them (measured: A failed lseek is a NotSupportedException).</summary>
    public static bool Are(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or NotSupportedException || IsTooLarge(exception);

    /// <summary>Whether the reason is that another program has the file open, which only Windows minds.</summary>
    public static bool IsInUse(Exception exception)
    {
        const int Win32 = unchecked((int)0x8007_0000);
        return (exception.HResult & unchecked((int)0xFFFF_0000)) == Win32
            && (exception.HResult & 0xFFFF) is SharingViolation or LockViolation;
    }

    /// <summary>Why a file cannot be written.</summary>
    /// <param name="shown">How the user spelled it.</param>
    /// <param name="exception">What the file system said.</param>
    public static Failure NotWritten(string shown, Exception exception) => Of(DiagnosticDescriptors.FileUnwritable, shown, exception);

    /// <summary>Why a file cannot be read.</summary>
    /// <param name="shown">How the user spelled it.</param>
    /// <param name="exception">What the file system said.</param>
    public static Failure NotRead(string shown, Exception exception) => Of(DiagnosticDescriptors.FileUnreadable, shown, exception);

    /// <summary>The message without its full stop, to fit inside one of our sentences. It holds paths, never content.</summary>
    public static string Reason(Exception exception) =>
        IsInUse(exception) ? InUse
        : IsTooLarge(exception) ? "it would be larger than the file system or the limit on the size of files (ulimit -f) allows"
        : exception.Message.TrimEnd('.', ' ');

    /// <summary>EFBIG (measured: A file that is too large is an ArgumentOutOfRangeException).</summary>
    private static bool IsTooLarge(Exception exception) => exception is ArgumentOutOfRangeException { ParamName: "value" };

    private static Failure Of(DiagnosticDescriptor descriptor, string shown, Exception exception) =>
        IsInUse(exception)
            ? Failure.Of(DiagnosticDescriptors.FileInUse, shown) : Failure.Of(descriptor, shown, Reason(exception));
}
