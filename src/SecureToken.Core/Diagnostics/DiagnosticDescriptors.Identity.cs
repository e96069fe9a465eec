namespace SecureToken.Core.Diagnostics;

/// <content>2xx: credentials and IAM.</content>
public static partial class DiagnosticDescriptors
{
    /// <summary>No credential was found.</summary>
    public static readonly DiagnosticDescriptor CredentialMissing = new("SECTOK201", ExitStatus.NotAuthenticated);

    /// <summary>The API key looks like a placeholder or has unexpected characters.</summary>
    public static readonly DiagnosticDescriptor ApiKeyMalformed = new("SECTOK202", ExitStatus.NotAuthenticated);

    /// <summary>The file or stream with the credential cannot be read.</summary>
    public static readonly DiagnosticDescriptor CredentialUnreadable = new("SECTOK203", ExitStatus.NotAuthenticated);

    /// <summary>IAM does not know the API key (BXNIM0415E).</summary>
    public static readonly DiagnosticDescriptor ApiKeyUnknown = new("SECTOK204", ExitStatus.NotAuthenticated);

    /// <summary>IAM rejects a parameter (BXNIM0106E, BXNIM0109E, BXNIM0602E, BXNIM0060E).</summary>
    public static readonly DiagnosticDescriptor IamBadRequest = new("SECTOK205", ExitStatus.NotAuthenticated);

    /// <summary>The identity must log in interactively (BXNIM0400E).</summary>
    public static readonly DiagnosticDescriptor InteractiveLoginNeeded = new("SECTOK206", ExitStatus.NotAuthenticated);

    /// <summary>The session behind the credential has expired (BXNIM0407E, 0408E, 0439E; for a compute resource it is SECTOK216).</summary>
    public static readonly DiagnosticDescriptor SessionExpired = new("SECTOK207", ExitStatus.NotAuthenticated);

    /// <summary>IAM rejects the credential for another reason.</summary>
    public static readonly DiagnosticDescriptor IamRefused = new("SECTOK208", ExitStatus.NotAuthenticated);

    /// <summary>The IAM token has expired.</summary>
    public static readonly DiagnosticDescriptor IamTokenExpired = new("SECTOK209", ExitStatus.NotAuthenticated);

    /// <summary>IAM returned something other than an IAM token.</summary>
    public static readonly DiagnosticDescriptor IamAnswerUnexpected = new("SECTOK210", ExitStatus.Unavailable);

    /// <summary>The value is not a valid IAM token.</summary>
    public static readonly DiagnosticDescriptor IamTokenMalformed = new("SECTOK211", ExitStatus.NotAuthenticated);

    /// <summary>The service rejects the IAM token.</summary>
    public static readonly DiagnosticDescriptor IamTokenRefused = new("SECTOK212", ExitStatus.NotAuthenticated);

    /// <summary>There is a compute resource token, but no trusted profile is specified.</summary>
    public static readonly DiagnosticDescriptor ProfileMissing = new("SECTOK213", ExitStatus.NotAuthenticated);

    /// <summary>The trusted profile is not valid.</summary>
    public static readonly DiagnosticDescriptor ProfileInvalid = new("SECTOK215", ExitStatus.Usage);

    /// <summary>IAM or the metadata service rejects the trusted profile for this compute resource.</summary>
    public static readonly DiagnosticDescriptor ProfileRefused = new("SECTOK216", ExitStatus.NotAuthenticated);

    /// <summary>The metadata service of a VPC instance returns no identity.</summary>
    public static readonly DiagnosticDescriptor MetadataUnavailable = new("SECTOK217", ExitStatus.NotAuthenticated);

    /// <summary>The <c>ibmcloud</c> program is not logged in.</summary>
    public static readonly DiagnosticDescriptor CliNotLoggedIn = new("SECTOK218", ExitStatus.NotAuthenticated);

    /// <summary>The <c>ibmcloud</c> program was stopped at its time limit.</summary>
    public static readonly DiagnosticDescriptor CliTimedOut = new("SECTOK219", ExitStatus.NotAuthenticated);

    /// <summary>The <c>ibmcloud</c> program cannot be started, or does not print an IAM token.</summary>
    public static readonly DiagnosticDescriptor CliUnusable = new("SECTOK220", ExitStatus.NotAuthenticated);

    /// <summary>There is no credential of the selected kind.</summary>
    public static readonly DiagnosticDescriptor CredentialNotThere = new("SECTOK221", ExitStatus.NotAuthenticated);

    /// <summary>The value is not a valid compute resource token.</summary>
    public static readonly DiagnosticDescriptor ComputeTokenMalformed = new("SECTOK222", ExitStatus.NotAuthenticated);

    /// <summary>IAM does not let the identity assume the trusted profile.</summary>
    public static readonly DiagnosticDescriptor ProfileNotAssumed = new("SECTOK223", ExitStatus.NotAuthenticated);

    /// <summary>The user's account is locked for a while after wrong passwords (BXNIM0400E with its requirements).</summary>
    public static readonly DiagnosticDescriptor AccountLocked = new("SECTOK224", ExitStatus.NotAuthenticated);

    /// <summary>The API key is disabled (BXNIM0462E).</summary>
    public static readonly DiagnosticDescriptor ApiKeyDisabled = new("SECTOK225", ExitStatus.NotAuthenticated);

    /// <summary>The user behind the credential is unknown, inactive or suspended (BXNIM0410E, 0436E).</summary>
    public static readonly DiagnosticDescriptor IdentityInactive = new("SECTOK226", ExitStatus.NotAuthenticated);

    /// <summary>What was given as a Secure API token cannot be one.</summary>
    public static readonly DiagnosticDescriptor GivenTokenMalformed = new("SECTOK227", ExitStatus.NotAuthenticated);

    private static IEnumerable<DiagnosticDescriptor> OfIdentity =>
    [
        CredentialMissing,
        ApiKeyMalformed,
        CredentialUnreadable,
        ApiKeyUnknown,
        IamBadRequest,
        InteractiveLoginNeeded,
        SessionExpired,
        IamRefused,
        IamTokenExpired,
        IamAnswerUnexpected,
        IamTokenMalformed,
        IamTokenRefused,
        ProfileMissing,
        ProfileInvalid,
        ProfileRefused,
        MetadataUnavailable,
        CliNotLoggedIn,
        CliTimedOut,
        CliUnusable,
        CredentialNotThere,
        ComputeTokenMalformed,
        ProfileNotAssumed,
        AccountLocked,
        ApiKeyDisabled,
        IdentityInactive,
        GivenTokenMalformed,
    ];
}
