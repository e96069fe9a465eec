namespace SecureToken.Core.Diagnostics;

/// <content>7xx: the life of the copies after they were made: reset, status, ledger, watch.</content>
public static partial class Known
{
    /// <summary>A ledger is cut off, of another version, or not ours.</summary>
    public static readonly Diagnostic LedgerDamaged = new("SECTOK750", ExitStatus.LocalFile);

    private static IEnumerable<Diagnostic> OfReset =>
    [
        LedgerDamaged,
    ];
}
