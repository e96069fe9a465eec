using System.Security.Cryptography;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Secrets;
using SecureToken.Core.Storage;
using SecureToken.Core.Text;

namespace SecureToken.Core.Destinations;

/// <summary>A destination that is a file: locked, read, edited in place, written privately and atomically, read back.</summary>
public abstract class FileDestination : Destination
{
    private readonly string _lockFile;

    /// <summary>A file and the lock that all writers of it take.</summary>
    protected FileDestination(string path, string lockFile)
    {
        Location = path;
        _lockFile = lockFile;
    }

    /// <inheritdoc/>
    public sealed override string Location { get; }

    /// <inheritdoc/>
    public override Result<IReadOnlyList<Failure>> Check()
    {
        // Every fault that the write would meet is met now, while nothing has been requested.
        Result<byte[]?> read = PrivateFile.ReadUnlocked(Location);
        if (read.Failure is { } failure)
        {
            return failure;
        }

        byte[]? current = read.Value;
        TextEdit rehearsal = Edit(current, "rehearsal"u8);
        CryptographicOperations.ZeroMemory(current);
        CryptographicOperations.ZeroMemory(rehearsal.Document);
        return rehearsal.Fault is { } fault ? NotEditable(fault) : GitGuard.Check(Location);
    }

    /// <inheritdoc/>
    public override Result<Token?> ReadToken()
    {
        Result<byte[]?> read = PrivateFile.ReadUnlocked(Location);
        if (read.Failure is { } failure)
        {
            return failure;
        }

        if (read.Value is not { } document)
        {
            return default(Token);
        }

        try
        {
            byte[]? value = FirstValue(document);
            Token? token = value is null ? null : Token.TryCreate(value);
            CryptographicOperations.ZeroMemory(value);
            if (token is not null && !Holds(document, token))
            {
                // The slots differ: there is no one token there.
                token.Dispose();
                token = null;
            }

            return token;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(document);
        }
    }

    /// <inheritdoc/>
    public override Result<bool> Inject(Token token, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (!PrivateFile.Lock(Location, _lockFile, ct: cancellation).Succeeded(out PrivateFile? file, out Failure? failure))
        {
            return failure;
        }

        using (file)
        {
            Result<byte[]?> read = file.Read();
            if (read.Failure is not null)
            {
                return read.Failure;
            }

            TextEdit edit = Edit(read.Value, token.Utf8);
            try
            {
                return edit.Document is { } document
                    ? file.Write(document, written => Holds(written, token))
                    : NotEditable(edit.Fault!);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(read.Value);
                CryptographicOperations.ZeroMemory(edit.Document);
            }
        }
    }

    /// <summary>The document with the value in its place; null stands for a file that is not there.</summary>
    protected abstract TextEdit Edit(ReadOnlySpan<byte> document, ReadOnlySpan<byte> value);

    /// <summary>Whether every slot holds this token.</summary>
    protected abstract bool Holds(ReadOnlySpan<byte> document, Token token);

    /// <summary>The value of the first slot, which the caller zeroes, or null.</summary>
    protected abstract byte[]? FirstValue(ReadOnlySpan<byte> document);

    private Failure NotEditable(TextFault fault) => Failure.Of(Known.TextNotEditable, Location, fault.Line, fault.Column, fault.Reason);
}
