using System.Security.Cryptography;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Interop;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;
using SecureToken.Core.State;
using SecureToken.Core.Text;

namespace SecureToken.Core.Destinations.Files;

/// <summary>A destination that is a file: locked, read, edited in place, written privately and atomically, read back.</summary>
public abstract class FileDestination : Destination
{
    private string? _lockFile;
    private string? _lockedIn;
    private string? _canonical;
    private IReadOnlyList<Failure> _losses = [];
    private IReadOnlyList<Failure>? _oddities;

    /// <summary>A file and the lock that all writers of it take.</summary>
    protected FileDestination(string path, string? lockFile)
    {
        Location = path;
        _lockFile = lockFile;
    }

    /// <inheritdoc/>
    public sealed override string Location { get; }

    /// <inheritdoc/>
    public sealed override string? LockFile =>
        _lockFile ??= _lockedIn is { } state ? StateDirectory.LockFile(state, _canonical!) : null;

    /// <summary>One spelling for one file, as far as its lock file gives one.</summary>
    public string Identity => PathRules.Here.Comparable(LockFile ?? Location);

    /// <summary>Its lock lies in the state directory. The name of it is a hash, which who only reads the file does not need.</summary>
    internal void LockIn(string state, string canonical)
    {
        _lockedIn = state;
        _canonical = canonical;
    }

    /// <inheritdoc/>
    public override string? GuardedPath => Location;

    private static Fingerprint Rehearsal => new("000000000000");

    /// <inheritdoc/>
    public override Failure? Check()
    {
        // Every fault that the write would meet is met now, while nothing has been requested.
        Result<byte[]?> read = SecretFile.ReadUnlocked(Location);
        if (read.Failure is { } failure)
        {
            return failure;
        }

        byte[]? current = read.Value;
        _oddities = current is null ? [] : Oddities(current);
        TextEditResult rehearsal = Edit(current, Template.Fill("rehearsal"u8), Rehearsal);
        CryptographicOperations.ZeroMemory(current);
        CryptographicOperations.ZeroMemory(rehearsal.Document);
        return rehearsal.Fault is { } fault ? NotEditable(fault)
            : FileFacts.Of(Location).Succeeded(out FileFacts? facts, out Failure? unknown) ? facts?.Obstacle(Location)
            : unknown;
    }

    /// <inheritdoc/>
    public override AccessSummary Explain()
    {
        if (OperatingSystem.IsWindows())
        {
            return new(
                "its owner, the system, administrators, and whom its own access list names", null, "it is printed nowhere");
        }

        KeptAccess? kept = SecretFile.AccessOf(Location);
        string mode = "0" + Convert.ToString((int)(kept?.Mode ?? FileFacts.Private), 8);
        return new(kept?.Readers is { } others ? $"its owner, {others}" : "its owner alone", mode, "it is printed nowhere");
    }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Failure> Warnings()
    {
        // Who has a private file of his own, as nearly all are, gives nobody access that could be lost.
        List<Failure> warnings = FileFacts.Of(Location) is { Failure: null, Value: { Mode: not FileFacts.Private } }
            && SecretFile.AccessOf(Location) is { Losers: { Count: > 0 } losers }
            ? [Failure.Of(DiagnosticDescriptors.AccessLost, Location, string.Join(" and ", losers))]
            : [];
        warnings.AddRange(_oddities ?? OfContent(Oddities));
        return [.. warnings.Select(warning => warning.At(DeclaredAt))];
    }

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Failure> Losses => _losses;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<Failure> Remarks() =>
        [.. SecretFile.HasLeftover(Location)
            ? (Failure[])[Failure.Of(DiagnosticDescriptors.LeftoverFile, Location + TemporaryFile.Suffix)] : [], .. OfContent(OtherLines)];

    /// <inheritdoc/>
    public override Result<Token?> ReadToken()
    {
        Result<byte[]?> read = SecretFile.ReadUnlocked(Location);
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
        Result<byte[]?> read = SecretFile.ReadUnlocked(Location);
        if (read.Failure is { } failure)
        {
            return failure;
        }

        if (read.Value is not { } document)
        {
            return false;
        }

        TextEditResult without = TextChange(document);
        bool differs = without.Document is { } rest && !rest.AsSpan().SequenceEqual(document);
        CryptographicOperations.ZeroMemory(document);
        CryptographicOperations.ZeroMemory(without.Document);
        return without.Fault is { } fault ? NotEditable(fault) : differs;
    }

    /// <inheritdoc/>
    public override Result<bool> Inject(FetchedToken currentToken, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(currentToken);
        if (IsCurrent(currentToken))
        {
            return false;
        }

        if (!Lock(cancellation).Succeeded(out SecretFile? file, out Failure? failure))
        {
            return failure;
        }

        using (file)
        {
            return Write(file, currentToken);
        }
    }

    /// <summary>
    /// The file under a lock that the caller holds, perhaps for several destinations of the same file. The lock stays the caller's.
    /// </summary>
    /// <param name="held">The lock of <see cref="LockFile"/>, if there is one.</param>
    public Result<SecretFile> Under(FileLock? held) => SecretFile.Under(Location, held);

    /// <summary>Updates the file to the token and reads it back: true when it was written, false when it was current.</summary>
    /// <param name="file">The file, held.</param>
    /// <param name="currentToken">The token.</param>
    public Result<bool> Write(SecretFile file, FetchedToken currentToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(currentToken);
        byte[] value = Template.Fill(currentToken.Token.Utf8);
        try
        {
            Result<bool> written = Update(
                file, document => Edit(document, value, currentToken.Fingerprint), written => Holds(written, value));
            _losses = Lost(file.Losses);
            return written;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(value);
        }
    }

    /// <summary>What is told of a write that could not keep these.</summary>
    internal IReadOnlyList<Failure> Lost(IReadOnlyList<string> what) =>
        what.Count == 0 ? [] : [Failure.Of(DiagnosticDescriptors.AttributesLost, Location, string.Join(", ", what))];

    /// <inheritdoc/>
    public override Result<bool> Remove(CancellationToken cancellation)
    {
        if (!System.IO.Path.Exists(Location))
        {
            return false;
        }

        if (!Lock(cancellation).Succeeded(out SecretFile? file, out Failure? failure))
        {
            return failure;
        }

        using (file)
        {
            return Update(file, TextChange, static _ => true);
        }
    }

    /// <summary>The document with the value in its place; an empty one stands for a file that is not there.</summary>
    /// <param name="document">The file.</param>
    /// <param name="value">What to store.</param>
    /// <param name="fingerprint">The fingerprint of the token, where the format has a place for it.</param>
    protected abstract TextEditResult Edit(ReadOnlySpan<byte> document, ReadOnlySpan<byte> value, Fingerprint fingerprint);

    /// <summary>The document without the value.</summary>
    protected abstract TextEditResult TextChange(ReadOnlySpan<byte> document);

    /// <summary>Whether every slot holds this value.</summary>
    protected abstract bool Holds(ReadOnlySpan<byte> document, ReadOnlySpan<byte> value);

    /// <summary>The value of the first slot, which the caller zeroes, or null.</summary>
    protected abstract byte[]? FirstValue(ReadOnlySpan<byte> document);

    /// <summary>
    /// Why another reader of the format does not find the token where we do, or takes something else in the file differently.
    /// </summary>
    private protected virtual IReadOnlyList<Failure> Oddities(ReadOnlySpan<byte> document) => [];

    /// <summary>The lines that another reader of the format does not understand.</summary>
    private protected virtual IReadOnlyList<Failure> OtherLines(ReadOnlySpan<byte> document) => [];

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
    private bool IsCurrent(FetchedToken currentToken)
    {
        if (SecretFile.ReadTidy(Location) is not { } document)
        {
            return false;
        }

        byte[] value = Template.Fill(currentToken.Token.Utf8);
        TextEditResult edit = Edit(document, value, currentToken.Fingerprint);
        bool isCurrent = edit.Document is { } edited && document.AsSpan().SequenceEqual(edited) && Holds(document, value);
        CryptographicOperations.ZeroMemory(edit.Document);
        CryptographicOperations.ZeroMemory(value);
        CryptographicOperations.ZeroMemory(document);
        return isCurrent;
    }

    private delegate IReadOnlyList<Failure> Look(ReadOnlySpan<byte> document);

    private delegate TextEditResult Editor(ReadOnlySpan<byte> document);

    private IReadOnlyList<Failure> OfContent(Look look)
    {
        if (SecretFile.ReadUnlocked(Location) is not { Failure: null, Value: { } document })
        {
            return [];
        }

        IReadOnlyList<Failure> found = look(document);
        CryptographicOperations.ZeroMemory(document);
        return found;
    }

    private Result<SecretFile> Lock(CancellationToken cancellation) => SecretFile.Lock(Location, LockFile, ct: cancellation);

    private Result<bool> Update(SecretFile file, Editor editor, ContentProof proof) =>
        file.Update(
            document =>
            {
                TextEditResult edit = editor(document);
                return edit.Document is { } edited ? edited : NotEditable(edit.Fault!);
            },
            proof);

    private Failure NotEditable(TextFault fault) =>
        Failure.Of(DiagnosticDescriptors.TextNotEditable, Location, fault.Line, fault.Column, fault.Reason);
}
