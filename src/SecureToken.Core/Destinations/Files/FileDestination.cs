using System.Security.Cryptography;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;
using SecureToken.Core.Text;

namespace SecureToken.Core.Destinations.Files;

/// <summary>A destination that is a file: locked, read, edited in place, written privately and atomically, read back.</summary>
public abstract class FileDestination : Destination
{
    private static readonly Fingerprint Rehearsal = new("000000000000");

    /// <summary>A file and the lock that all writers of it take.</summary>
    protected FileDestination(string path, string lockFile)
    {
        Location = path;
        LockFile = lockFile;
    }

    /// <inheritdoc/>
    public sealed override string Location { get; }

    /// <inheritdoc/>
    public sealed override string LockFile { get; }

    /// <inheritdoc/>
    public override string? GuardedPath => Location;

    /// <inheritdoc/>
    public override Failure? Check()
    {
        // Every fault that the write would meet is met now, while nothing has been requested.
        Result<byte[]?> read = PrivateFile.ReadUnlocked(Location);
        if (read.Failure is { } failure)
        {
            return failure;
        }

        byte[]? current = read.Value;
        TextEdit rehearsal = Edit(current, Template.Fill("rehearsal"u8), Rehearsal);
        CryptographicOperations.ZeroMemory(current);
        CryptographicOperations.ZeroMemory(rehearsal.Document);
        return rehearsal.Fault is { } fault ? NotEditable(fault) : null;
    }

    /// <inheritdoc/>
    public override Exposure Explain() => new(
        OperatingSystem.IsWindows() ? "whom the access list of its directory names" : "its owner alone", OperatingSystem.IsWindows() ? null : "0600", "it is printed nowhere");

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Failure> Remarks()
    {
        List<Failure> remarks = PrivateFile.HasLeftover(Location) ? [Failure.Of(Known.LeftoverFile, Location + Replacement.Suffix)] : [];
        if (PrivateFile.ReadUnlocked(Location) is { Failure: null, Value: { } document })
        {
            remarks.AddRange(Oddities(document).Select(fault => Failure.Of(Known.ShellCannotRead, Location, fault.Line, fault.Reason)));
            CryptographicOperations.ZeroMemory(document);
        }

        return remarks;
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

        byte[]? value = null;
        try
        {
            // Where the slots differ there is no one token.
            value = FirstValue(document);
            return value is not null && Holds(document, value) ? Template.Extract(value) : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(value);
            CryptographicOperations.ZeroMemory(document);
        }
    }

    /// <inheritdoc/>
    public override Result<bool> IsOccupied()
    {
        Result<byte[]?> read = PrivateFile.ReadUnlocked(Location);
        if (read.Failure is { } failure)
        {
            return failure;
        }

        if (read.Value is not { } document)
        {
            return false;
        }

        TextEdit without = Cut(document);
        bool differs = without.Document is { } rest && !rest.AsSpan().SequenceEqual(document);
        CryptographicOperations.ZeroMemory(document);
        CryptographicOperations.ZeroMemory(without.Document);
        return without.Fault is { } fault ? NotEditable(fault) : differs;
    }

    /// <inheritdoc/>
    public override Result<bool> Inject(FetchedToken truth, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(truth);
        if (IsCurrent(truth))
        {
            return false;
        }

        if (!Lock(cancellation).Succeeded(out PrivateFile? file, out Failure? failure))
        {
            return failure;
        }

        using (file)
        {
            return Write(file, truth);
        }
    }

    /// <summary>The file under a lock that the caller holds, perhaps for several destinations of the same file. The lock stays the caller's.</summary>
    /// <param name="held">The lock of <see cref="LockFile"/>.</param>
    public Result<PrivateFile> Under(FileLock held) => PrivateFile.Under(Location, held);

    /// <summary>Brings the file to the token and reads it back: true when it was written, false when it was current.</summary>
    /// <param name="file">The file, held.</param>
    /// <param name="truth">The token.</param>
    public Result<bool> Write(PrivateFile file, FetchedToken truth)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(truth);
        byte[] value = Template.Fill(truth.Token.Utf8);
        try
        {
            return Update(file, document => Edit(document, value, truth.Fingerprint), written => Holds(written, value));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(value);
        }
    }

    /// <inheritdoc/>
    public override Result<bool> Remove(CancellationToken cancellation)
    {
        if (!System.IO.Path.Exists(Location))
        {
            return false;
        }

        if (!Lock(cancellation).Succeeded(out PrivateFile? file, out Failure? failure))
        {
            return failure;
        }

        using (file)
        {
            return Update(file, Cut, static _ => true);
        }
    }

    /// <summary>The document with the value in its place; an empty one stands for a file that is not there.</summary>
    /// <param name="document">The file.</param>
    /// <param name="value">What to store.</param>
    /// <param name="mark">The fingerprint of the token, where the format has a place for it.</param>
    protected abstract TextEdit Edit(ReadOnlySpan<byte> document, ReadOnlySpan<byte> value, Fingerprint mark);

    /// <summary>The document without the value.</summary>
    protected abstract TextEdit Cut(ReadOnlySpan<byte> document);

    /// <summary>Whether every slot holds this value.</summary>
    protected abstract bool Holds(ReadOnlySpan<byte> document, ReadOnlySpan<byte> value);

    /// <summary>The value of the first slot, which the caller zeroes, or null.</summary>
    protected abstract byte[]? FirstValue(ReadOnlySpan<byte> document);

    /// <summary>The lines that another reader of the format does not understand.</summary>
    private protected virtual IReadOnlyList<TextFault> Oddities(ReadOnlySpan<byte> document) => [];

    /// <summary>Whether a value that was read is the expected one; it is zeroed.</summary>
    private protected static bool Matches(byte[]? read, ReadOnlySpan<byte> expected)
    {
        bool matches = read is not null && CryptographicOperations.FixedTimeEquals(read, expected);
        CryptographicOperations.ZeroMemory(read);
        return matches;
    }

    /// <summary>
    /// Whether an edit would change nothing. Looked at without the lock, which a thousand destinations with nothing to write need not
    /// take: a file is replaced whole, so what is read is what some writer left.
    /// </summary>
    private bool IsCurrent(FetchedToken truth)
    {
        if (PrivateFile.ReadTidy(Location) is not { } document)
        {
            return false;
        }

        byte[] value = Template.Fill(truth.Token.Utf8);
        TextEdit edit = Edit(document, value, truth.Fingerprint);
        bool isCurrent = edit.Document is { } edited && document.AsSpan().SequenceEqual(edited) && Holds(document, value);
        CryptographicOperations.ZeroMemory(edit.Document);
        CryptographicOperations.ZeroMemory(value);
        CryptographicOperations.ZeroMemory(document);
        return isCurrent;
    }

    private delegate TextEdit Editor(ReadOnlySpan<byte> document);

    private Result<PrivateFile> Lock(CancellationToken cancellation) => PrivateFile.Lock(Location, LockFile, ct: cancellation);

    private Result<bool> Update(PrivateFile file, Editor editor, ContentProof proof)
    {
        Result<byte[]?> read = file.Read();
        if (read.Failure is not null)
        {
            return read.Failure;
        }

        TextEdit edit = editor(read.Value);
        try
        {
            return edit.Document is { } document ? file.Write(document, proof) : NotEditable(edit.Fault!);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(read.Value);
            CryptographicOperations.ZeroMemory(edit.Document);
        }
    }

    private Failure NotEditable(TextFault fault) => Failure.Of(Known.TextNotEditable, Location, fault.Line, fault.Column, fault.Reason);
}
