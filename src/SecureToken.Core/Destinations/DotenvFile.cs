using System.Security.Cryptography;
using SecureToken.Core.Secrets;
using SecureToken.Core.Text;

namespace SecureToken.Core.Destinations;

/// <summary>A file of <c>NAME=value</c> lines, read by shells, containers and dotenv readers.</summary>
public sealed class DotenvFile : FileDestination
{
    private readonly IReadOnlyList<string> _names;

    /// <summary>A file and the names under which the token stands in it, at least one.</summary>
    public DotenvFile(string path, string lockFile, IReadOnlyList<string> names)
        : base(path, lockFile) => _names = names;

    /// <inheritdoc/>
    public override string Kind => "dotenv";

    /// <inheritdoc/>
    public override string Slot => string.Join(", ", _names);

    /// <inheritdoc/>
    protected override TextEdit Edit(ReadOnlySpan<byte> document, ReadOnlySpan<byte> value)
    {
        TextEdit edit = DotenvText.Set(document, _names[0], value);
        for (int i = 1; i < _names.Count && edit.Document is { } before; i++)
        {
            edit = DotenvText.Set(before, _names[i], value);
            CryptographicOperations.ZeroMemory(before);
        }

        return edit;
    }

    /// <inheritdoc/>
    protected override bool Holds(ReadOnlySpan<byte> document, Token token)
    {
        foreach (string name in _names)
        {
            byte[]? value = DotenvText.Get(document, name).Value;
            bool matches = value is not null && token.Matches(value);
            CryptographicOperations.ZeroMemory(value);
            if (!matches)
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    protected override byte[]? FirstValue(ReadOnlySpan<byte> document) => DotenvText.Get(document, _names[0]).Value;
}
