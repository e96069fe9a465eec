namespace SecureToken.Core.Diagnostics;

/// <content>4xx: the service.</content>
public static partial class DiagnosticDescriptors
{
    /// <summary>The instance accepts IAM tokens only, or the identity lacks a role.</summary>
    public static readonly DiagnosticDescriptor NotEnoughPrivileges = new("SECTOK401", ExitStatus.Refused);

    /// <summary>The endpoint does not know the instance.</summary>
    public static readonly DiagnosticDescriptor InstanceUnknown = new("SECTOK402", ExitStatus.Refused);

    /// <summary>No such team, or the identity is not a member.</summary>
    public static readonly DiagnosticDescriptor TeamUnknown = new("SECTOK403", ExitStatus.Refused);

    /// <summary>The service answered with another team's token.</summary>
    public static readonly DiagnosticDescriptor WrongTeam = new("SECTOK404", ExitStatus.Refused);

    /// <summary>The answer holds no token.</summary>
    public static readonly DiagnosticDescriptor TokenMissing = new("SECTOK405", ExitStatus.Unavailable);

    /// <summary>The token that was just handed out is refused.</summary>
    public static readonly DiagnosticDescriptor TokenRefused = new("SECTOK406", ExitStatus.Refused);

    /// <summary>It cannot be verified which team the token belongs to.</summary>
    public static readonly DiagnosticDescriptor TokenUnverified = new("SECTOK407", ExitStatus.Done);

    /// <summary>The service refuses for another reason.</summary>
    public static readonly DiagnosticDescriptor ServiceRefused = new("SECTOK408", ExitStatus.Refused);

    /// <summary>The token has characters no token has.</summary>
    public static readonly DiagnosticDescriptor TokenMalformed = new("SECTOK409", ExitStatus.Unavailable);

    /// <summary>No visible Workload Protection instance has the name.</summary>
    public static readonly DiagnosticDescriptor InstanceNameUnknown = new("SECTOK410", ExitStatus.Refused);

    /// <summary>Several instances have the name.</summary>
    public static readonly DiagnosticDescriptor InstanceAmbiguous = new("SECTOK411", ExitStatus.Refused);

    /// <summary>The instance is one of Monitoring, or of another service.</summary>
    public static readonly DiagnosticDescriptor InstanceOfOtherService = new("SECTOK412", ExitStatus.Refused);

    /// <summary>The instance is not active.</summary>
    public static readonly DiagnosticDescriptor InstanceNotActive = new("SECTOK413", ExitStatus.Refused);

    /// <summary>The identity may not list instances.</summary>
    public static readonly DiagnosticDescriptor LookupNotAllowed = new("SECTOK414", ExitStatus.Refused);

    /// <summary>The resource controller refuses for another reason.</summary>
    public static readonly DiagnosticDescriptor LookupRefused = new("SECTOK415", ExitStatus.Refused);

    /// <summary>The instance accepts IAM tokens only.</summary>
    public static readonly DiagnosticDescriptor InstanceIamOnly = new("SECTOK416", ExitStatus.Refused);

    /// <summary>The instance accepts tokens, but the identity lacks a role.</summary>
    public static readonly DiagnosticDescriptor RoleMissing = new("SECTOK417", ExitStatus.Refused);

    /// <summary>The instance is in another region than the one that is asked.</summary>
    public static readonly DiagnosticDescriptor InstanceElsewhere = new("SECTOK418", ExitStatus.Refused);

    /// <summary>A name was given, and no resource controller is known that could look it up.</summary>
    public static readonly DiagnosticDescriptor LookupImpossible = new("SECTOK419", ExitStatus.Usage);

    /// <summary>The service answered with a credential of ours in the place of a token.</summary>
    public static readonly DiagnosticDescriptor TokenIsCredential = new("SECTOK420", ExitStatus.Unavailable);

    private static IEnumerable<DiagnosticDescriptor> OfService =>
    [
        NotEnoughPrivileges,
        InstanceUnknown,
        TeamUnknown,
        WrongTeam,
        TokenMissing,
        TokenRefused,
        TokenUnverified,
        ServiceRefused,
        TokenMalformed,
        InstanceNameUnknown,
        InstanceAmbiguous,
        InstanceOfOtherService,
        InstanceNotActive,
        LookupNotAllowed,
        LookupRefused,
        InstanceIamOnly,
        RoleMissing,
        InstanceElsewhere,
        LookupImpossible,
        TokenIsCredential,
    ];
}
