namespace SecureToken.Core.Diagnostics;

/// <content>7xx: the life of the copies after they were made: reset, status, ledger, watch.</content>
public static partial class Known
{
    /// <summary>A ledger is cut off, of another version, or not ours.</summary>
    public static readonly Diagnostic LedgerDamaged = new("SECTOK750", ExitStatus.LocalFile);

    /// <summary>The ledger does not know the token, and nobody else was to be asked.</summary>
    public static readonly Diagnostic TokenNotInLedger = new("SECTOK751", ExitStatus.Unavailable);

    /// <summary>The ledger was written with another credential.</summary>
    public static readonly Diagnostic OtherCredential = new("SECTOK752", ExitStatus.Done);

    /// <summary>No ledger knows a place.</summary>
    public static readonly Diagnostic PlaceNotKnown = new("SECTOK753", ExitStatus.Usage);

    /// <summary>A copy stays because it is no file of this machine.</summary>
    public static readonly Diagnostic CopyNotLocal = new("SECTOK754", ExitStatus.Done);

    /// <summary>A value stays because nothing says that it is a copy of ours.</summary>
    public static readonly Diagnostic CopyNotOurs = new("SECTOK755", ExitStatus.Partial);

    /// <summary>Copies would be removed, and nobody said yes.</summary>
    public static readonly Diagnostic RemovalNotConfirmed = new("SECTOK756", ExitStatus.Usage);

    private static IEnumerable<Diagnostic> OfReset =>
    [
        LedgerDamaged,
        TokenNotInLedger,
        OtherCredential,
        PlaceNotKnown,
        CopyNotLocal,
        CopyNotOurs,
        RemovalNotConfirmed,
    ];
}
