using System.Security.Cryptography;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Interop;
using SecureToken.Core.Secrets;
using SecureToken.Core.Text;
using SecureToken.Core.Text.Dotenv;
using SecureToken.Core.Text.Json;

namespace SecureToken.Extensions.Sources;

/// <summary>
/// Reads a token from a file, through links: a Kubernetes volume is a chain of two. It holds the token alone, or it is a JSON or a dotenv
/// file.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="key">The key in a JSON file.</param>
/// <param name="name">The name in a dotenv file.</param>
internal sealed class TokenFile(string path, string key, string name)
{
    private const int MaximumLength = 1024 * 1024;

    /// <summary>The absolute path.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The token; the caller disposes it.</summary>
    public Result<Token> Read()
    {
        byte[]? content = null;
        try
        {
            // A pipe would wait for its writer.
            var file = new FileInfo(Path);
            var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            if (!FileFacts.Of(target.FullName).Succeeded(out FileFacts? facts, out Failure? unknown))
            {
                return unknown;
            }

            if (facts is { Kind: not FileKind.Regular } or { Kind: FileKind.Regular, Size: > MaximumLength })
            {
                return Failure.Of(DiagnosticDescriptors.FileUnreadable, Path, "it is not a regular file, or larger than 1 MiB");
            }

            using var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            content = GC.AllocateUninitializedArray<byte>((int)Math.Min(stream.Length, MaximumLength) + 1, pinned: true);
            int length = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            return Find(content.AsSpan(0, length));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Failure.Of(DiagnosticDescriptors.FileUnreadable, Path, FileErrors.Reason(exception));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(content);
        }
    }

    private Result<Token> Find(ReadOnlySpan<byte> content)
    {
        ReadOnlySpan<byte> trimmed = content.Trim("\r\n\t "u8);
        if (Token.TryCreate(trimmed) is { } alone)
        {
            return alone;
        }

        bool isJson = Path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) || trimmed.StartsWith("{"u8);
        TextReadResult found = isJson ? JsonText.Get(content, key) : DotenvText.Get(content, name);
        Token? token = found.Value is { } value ? Token.TryCreate(value) : null;
        string fault = found.Fault is { } text ? $"line {text.Line}, column {text.Column}: {text.Reason}"
            : found.Value is null ? $"it is not a token alone, and it has no {(isJson ? key : name)}"
            : $"the value of {(isJson ? key : name)} cannot be a token";
        CryptographicOperations.ZeroMemory(found.Value);
        return token is not null ? token : Failure.Of(DiagnosticDescriptors.TokenNotInFile, Path, fault);
    }
}
