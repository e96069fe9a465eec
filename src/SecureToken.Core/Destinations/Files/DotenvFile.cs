using System.Security.Cryptography;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Secrets;
using SecureToken.Core.Text;
using SecureToken.Core.Text.Dotenv;

namespace SecureToken.Core.Destinations.Files;

/// <summary>A file of <c>NAME=value</c> lines, read by shells, containers and dotenv readers.</summary>
public sealed class DotenvFile : FileDestination
{
    private readonly IReadOnlyList<string> _names;

    /// <summary>A file and the names under which the token stands in it, at least one.</summary>
    public DotenvFile(string path, string? lockFile, IReadOnlyList<string> names)
        : base(path, lockFile) => _names = names;

    /// <inheritdoc/>
    public override string Kind => "dotenv";

    /// <inheritdoc/>
    public override string? AfterReset => Reloads ? null : $"restart what reads {Location}";

    /// <inheritdoc/>
    public override string Slot => string.Join(", ", _names);

    /// <inheritdoc/>
    protected override TextEditResult Edit(ReadOnlySpan<byte> document, ReadOnlySpan<byte> value, Fingerprint fingerprint)
    {
        TextEditResult edit = DotenvText.Set(document, _names[0], value);
        for (int i = 1; i < _names.Count && edit.Document is { } before; i++)
        {
            edit = DotenvText.Set(before, _names[i], value);
            CryptographicOperations.ZeroMemory(before);
        }

        return edit;
    }

    /// <inheritdoc/>
    protected override TextEditResult TextChange(ReadOnlySpan<byte> document)
    {
        TextEditResult edit = DotenvText.Remove(document, _names[0]);
        for (int i = 1; i < _names.Count && edit.Document is { } before; i++)
        {
            edit = DotenvText.Remove(before, _names[i]);
            CryptographicOperations.ZeroMemory(before);
        }

        return edit;
    }

    /// <inheritdoc/>
    protected override bool Holds(ReadOnlySpan<byte> document, ReadOnlySpan<byte> value)
    {
        foreach (string name in _names)
        {
            if (!DotenvText.Holds(document, name, value))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    private protected override IReadOnlyList<Failure> OtherLines(ReadOnlySpan<byte> document) =>
        [.. DotenvShell.Unreadable(document)
            .Select(fault => Failure.Of(DiagnosticDescriptors.ShellCannotRead, Location, fault.Line, fault.Reason))];

    /// <inheritdoc/>
    private protected override IReadOnlyList<Failure> Oddities(ReadOnlySpan<byte> document)
    {
        List<Failure> oddities = [];
        foreach (string name in _names)
        {
            DotenvShape shape = DotenvText.ShapeOf(document, name);
            if (shape.IsBehindMark)
            {
                oddities.Add(Failure.Of(DiagnosticDescriptors.ByteOrderMark, Location, name));
            }

            if (shape.LineWithReturn is { } line)
            {
                oddities.Add(Failure.Of(DiagnosticDescriptors.CarriageReturn, Location, line, name));
            }
        }

        return oddities;
    }

    /// <inheritdoc/>
    protected override byte[]? FirstValue(ReadOnlySpan<byte> document) => DotenvText.Get(document, _names[0]).Value;
}
