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

    private static IEnumerable<Diagnostic> OfReset =>
    [
        LedgerDamaged,
        TokenNotInLedger,
        OtherCredential,
    ];
}
