using System.Security.Cryptography;
using System.Text;
using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Identity;

/// <summary>Reads the bytes of a credential from where they are, and zeroes its own copy.</summary>
internal static class CredentialValue
{
    /// <summary>An IAM token has about 1.5 KB; an API-key file from IBM Cloud less.</summary>
    private const int MaximumLength = 64 * 1024;

    /// <summary>Makes something of the bytes.</summary>
    internal delegate Result<T> Reader<T>(ReadOnlySpan<byte> utf8, string source);

    /// <summary>The value of a variable; one that starts with <c>@</c> names a file.</summary>
    public static Result<T> FromVariable<T>(string name, CredentialSearch search, Reader<T> read)
    {
        string value = search.Environment(name)!;
        if (value[0] == '@')
        {
            return FromFile(Path.Combine(search.Options.BaseDirectory, value[1..]), name, read);
        }

        byte[] utf8 = Encoding.UTF8.GetBytes(value);
        try
        {
            return read(utf8, name);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(utf8);
        }
    }

    /// <summary>The variable whose name a setting gives.</summary>
    public static Result<T> FromNamedVariable<T>(string name, string setting, CredentialSearch search, Reader<T> read) =>
        string.IsNullOrEmpty(search.Environment(name))

            // What stands where a name belongs may be the credential itself, so it is not repeated.
            ? Failure.Of(
                DiagnosticDescriptors.CredentialUnreadable, $"the variable that {setting} names", "no variable of that name is set")
            : FromVariable(name, search, read);

    /// <summary>The content of a file.</summary>
    public static Result<T> FromFile<T>(string path, string source, Reader<T> read) =>
        FromStream(
            () => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0), source,
            read);

    /// <summary>All that a stream gives.</summary>
    public static Result<T> FromStream<T>(Func<Stream> open, string source, Reader<T> read)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(MaximumLength, pinned: true);
        try
        {
            using Stream stream = open();
            int length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return length == buffer.Length
                ? Failure.Of(DiagnosticDescriptors.CredentialUnreadable, source, "it is too long to be a credential")
                : ReadText(buffer.AsSpan(0, length), source, read);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException
            or NotSupportedException)
        {
            return Failure.Of(DiagnosticDescriptors.CredentialUnreadable, source, exception switch
            {
                FileNotFoundException or DirectoryNotFoundException => "there is no such file",
                UnauthorizedAccessException => "permission denied",
                _ => "it cannot be opened or read",
            });
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    /// <summary>A file that Windows PowerShell has written with '>' is UTF-16 with its fingerprint; it is read as well.</summary>
    private static Result<T> ReadText<T>(ReadOnlySpan<byte> content, string source, Reader<T> read)
    {
        Encoding? wide = content.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) ? Encoding.Unicode
            : content.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? Encoding.BigEndianUnicode
            : null;
        if (wide is null)
        {
            return read(content, source);
        }

        char[] text = GC.AllocateUninitializedArray<char>(content.Length, pinned: true);
        byte[] utf8 = GC.AllocateUninitializedArray<byte>(content.Length * 2, pinned: true);
        try
        {
            int length = wide.GetChars(content[2..], text);
            return read(utf8.AsSpan(0, Encoding.UTF8.GetBytes(text.AsSpan(0, length), utf8)), source);
        }
        finally
        {
            text.AsSpan().Clear();
            CryptographicOperations.ZeroMemory(utf8);
        }
    }
}
