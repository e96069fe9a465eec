using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Secrets;
using SecureToken.Core.Text;

namespace SecureToken.Core.Destinations.Files;

/// <summary>A file that holds the value and nothing else, not even a line end: what a program takes with <c>--token-file</c>.</summary>
public abstract class ValueFile : FileDestination
{
    /// <summary>A file and the lock that all writers of it take.</summary>
    private protected ValueFile(string path, string? lockFile)
        : base(path, lockFile)
    {
    }

    /// <inheritdoc/>
    public override string Slot => "the whole file";

    /// <summary>Removes the file, when what it holds can be a copy.</summary>
    public override Result<bool> Remove(CancellationToken cancellation)
    {
        if (!System.IO.Path.Exists(Location))
        {
            return false;
        }

        if (Check() is { } refusal)
        {
            return refusal;
        }

        if (!SecretFile.Lock(Location, LockFile, ct: cancellation).Succeeded(out SecretFile? file, out Failure? failure))
        {
            return failure;
        }

        using (file)
        {
            return file.Delete();
        }
    }

    /// <inheritdoc/>
    protected override TextEditResult Edit(ReadOnlySpan<byte> document, ReadOnlySpan<byte> value, Fingerprint fingerprint) =>
        IsOurs(document)
            ? TextEditResult.Of(InputShapes.Join(value))
            : TextEditResult.Failed(new TextFault(1, 1, "the file holds something other than a token, and would be overwritten whole"));

    /// <inheritdoc/>
    protected override TextEditResult TextChange(ReadOnlySpan<byte> document) => TextEditResult.Of([]);

    /// <inheritdoc/>
    protected override bool Holds(ReadOnlySpan<byte> document, ReadOnlySpan<byte> value) => Matches(InputShapes.Join(document), value);

    /// <inheritdoc/>
    protected override byte[]? FirstValue(ReadOnlySpan<byte> document) => InputShapes.Join(document);

    /// <summary>Someone may have made the file by hand, with a line end.</summary>
    private bool IsOurs(ReadOnlySpan<byte> document)
    {
        ReadOnlySpan<byte> text = document.TrimEnd("\r\n"u8);
        if (text.IsEmpty)
        {
            return true;
        }

        using Token? token = Template.Extract(text);
        return token is not null;
    }
}
