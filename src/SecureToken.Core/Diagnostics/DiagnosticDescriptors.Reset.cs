namespace SecureToken.Core.Diagnostics;

/// <content>7xx: the life of the copies after they were made: reset, status, ledger, watch.</content>
public static partial class DiagnosticDescriptors
{
    /// <summary>Some destinations cannot be updated, so the token was not reset.</summary>
    public static readonly DiagnosticDescriptor ResetNotStarted = new("SECTOK701", ExitStatus.Partial);

    /// <summary>Another reset of the same token is running.</summary>
    public static readonly DiagnosticDescriptor ResetRunning = new("SECTOK702", ExitStatus.LocalFile);

    /// <summary>An earlier reset was not finished, so some copies may hold the old token.</summary>
    public static readonly DiagnosticDescriptor ResetUnfinished = new("SECTOK703", ExitStatus.Partial);

    /// <summary>No reset was detected in time.</summary>
    public static readonly DiagnosticDescriptor ResetNotSeen = new("SECTOK704", ExitStatus.Unavailable);

    /// <summary>The reset request was not confirmed.</summary>
    public static readonly DiagnosticDescriptor ResetNotConfirmed = new("SECTOK705", ExitStatus.Usage);

    /// <summary>The reset request is not valid.</summary>
    public static readonly DiagnosticDescriptor ResetRequestInvalid = new("SECTOK706", ExitStatus.Usage);

    /// <summary>The service rejected the reset request.</summary>
    public static readonly DiagnosticDescriptor ResetRequestRefused = new("SECTOK707", ExitStatus.Refused);

    /// <summary>The reset request was sent once, and it is not known whether it took effect.</summary>
    public static readonly DiagnosticDescriptor ResetOutcomeUnknown = new("SECTOK708", ExitStatus.Unavailable);

    /// <summary>The old token is still accepted.</summary>
    public static readonly DiagnosticDescriptor OldTokenAccepted = new("SECTOK709", ExitStatus.OldTokenAccepted);

    /// <summary>The service does not accept the new token, so no destination was updated.</summary>
    public static readonly DiagnosticDescriptor NewTokenRefused = new("SECTOK710", ExitStatus.Refused);

    /// <summary>The token was reset, but some destinations hold the old one.</summary>
    public static readonly DiagnosticDescriptor DestinationsStale = new("SECTOK711", ExitStatus.Partial);

    /// <summary>A reset applies to one token, and the settings specify several.</summary>
    public static readonly DiagnosticDescriptor ResetSeveralTokens = new("SECTOK712", ExitStatus.Usage);

    /// <summary>The receipt could not be saved.</summary>
    public static readonly DiagnosticDescriptor ReceiptNotWritten = new("SECTOK713", ExitStatus.Done);

    /// <summary>The ledger lists other copies of the token, which this reset does not update.</summary>
    public static readonly DiagnosticDescriptor OtherCopiesKnown = new("SECTOK714", ExitStatus.Done);

    /// <summary>It could not be checked whether the old token is rejected.</summary>
    public static readonly DiagnosticDescriptor OldTokenUnproven = new("SECTOK715", ExitStatus.Done);

    /// <summary>The service was not available, so the copies were updated to the token that the unfinished reset had saved.</summary>
    public static readonly DiagnosticDescriptor ResumedFromRecovery = new("SECTOK716", ExitStatus.Done);

    /// <summary>The journal of an unfinished reset cannot be read.</summary>
    public static readonly DiagnosticDescriptor JournalUnreadable = new("SECTOK717", ExitStatus.LocalFile);

    /// <summary>There is no unfinished reset.</summary>
    public static readonly DiagnosticDescriptor NothingToResume = new("SECTOK718", ExitStatus.Usage);

    /// <summary>Several resets are unfinished.</summary>
    public static readonly DiagnosticDescriptor ResetAmbiguous = new("SECTOK719", ExitStatus.Usage);

    /// <summary>A ledger is truncated, has another version, or is not a ledger.</summary>
    public static readonly DiagnosticDescriptor LedgerDamaged = new("SECTOK750", ExitStatus.LocalFile);

    /// <summary>The ledger does not know the token, and the service was not asked.</summary>
    public static readonly DiagnosticDescriptor TokenNotInLedger = new("SECTOK751", ExitStatus.Unavailable);

    /// <summary>The ledger was written with another credential.</summary>
    public static readonly DiagnosticDescriptor OtherCredential = new("SECTOK752", ExitStatus.Done);

    /// <summary>No ledger lists the path.</summary>
    public static readonly DiagnosticDescriptor PlaceNotKnown = new("SECTOK753", ExitStatus.Usage);

    /// <summary>A copy stays because it is not a file on this machine.</summary>
    public static readonly DiagnosticDescriptor CopyNotLocal = new("SECTOK754", ExitStatus.Done);

    /// <summary>A value stays because it is not known as a token.</summary>
    public static readonly DiagnosticDescriptor CopyNotOurs = new("SECTOK755", ExitStatus.Partial);

    /// <summary>The removal was not confirmed.</summary>
    public static readonly DiagnosticDescriptor RemovalNotConfirmed = new("SECTOK756", ExitStatus.Usage);

    /// <summary>A copy of another identity is overwritten.</summary>
    public static readonly DiagnosticDescriptor CopyOfOtherIdentity = new("SECTOK757", ExitStatus.Done);

    /// <summary>A copy of another identity is not overwritten, because that was asked for.</summary>
    public static readonly DiagnosticDescriptor CopyOfOtherIdentityKept = new("SECTOK758", ExitStatus.Refused);

    /// <summary>Another project brings another team's token to the place.</summary>
    public static readonly DiagnosticDescriptor PlaceOfOtherTeam = new("SECTOK759", ExitStatus.Usage);

    /// <summary>The identity cannot log in to the page, so its token cannot be reset there.</summary>
    public static readonly DiagnosticDescriptor ResetNeedsLogin = new("SECTOK760", ExitStatus.Refused);

    /// <summary>While one team's token was awaited, another team's was reset.</summary>
    public static readonly DiagnosticDescriptor OtherTeamReset = new("SECTOK761", ExitStatus.Done);

    /// <summary>Copies hold an earlier token before the reset begins.</summary>
    public static readonly DiagnosticDescriptor CopiesStaleAtStart = new("SECTOK762", ExitStatus.Done);

    /// <summary>No copy holds the current token, so a reset with a pasted token has nothing to begin with.</summary>
    public static readonly DiagnosticDescriptor NoLivingCopy = new("SECTOK763", ExitStatus.Usage);

    /// <summary>The token that was given after the reset is the one from before.</summary>
    public static readonly DiagnosticDescriptor GivenTokenUnchanged = new("SECTOK764", ExitStatus.Usage);

    private static IEnumerable<DiagnosticDescriptor> OfReset =>
    [
        ResetNotStarted,
        ResetRunning,
        ResetUnfinished,
        ResetNotSeen,
        ResetNotConfirmed,
        ResetRequestInvalid,
        ResetRequestRefused,
        ResetOutcomeUnknown,
        OldTokenAccepted,
        NewTokenRefused,
        DestinationsStale,
        ResetSeveralTokens,
        ReceiptNotWritten,
        OtherCopiesKnown,
        OldTokenUnproven,
        ResumedFromRecovery,
        JournalUnreadable,
        NothingToResume,
        ResetAmbiguous,
        LedgerDamaged,
        TokenNotInLedger,
        OtherCredential,
        PlaceNotKnown,
        CopyNotLocal,
        CopyNotOurs,
        RemovalNotConfirmed,
        CopyOfOtherIdentity,
        CopyOfOtherIdentityKept,
        PlaceOfOtherTeam,
        ResetNeedsLogin,
        OtherTeamReset,
        CopiesStaleAtStart,
        NoLivingCopy,
        GivenTokenUnchanged,
    ];
}
