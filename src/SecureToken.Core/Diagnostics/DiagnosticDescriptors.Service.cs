namespace SecureToken.Core.Diagnostics;

/// <content>4xx: the service.</content>
public static partial class DiagnosticDescriptors
{
    /// <summary>The instance accepts only IAM tokens, or the identity lacks a role.</summary>
    public static readonly DiagnosticDescriptor NotEnoughPrivileges = new("SECTOK401", ExitStatus.Refused);

    /// <summary>The endpoint does not know the instance.</summary>
    public static readonly DiagnosticDescriptor InstanceUnknown = new("SECTOK402", ExitStatus.Refused);

    /// <summary>The team does not exist, or the identity is not a member of it.</summary>
    public static readonly DiagnosticDescriptor TeamUnknown = new("SECTOK403", ExitStatus.Refused);

    /// <summary>The token belongs to another team.</summary>
    public static readonly DiagnosticDescriptor WrongTeam = new("SECTOK404", ExitStatus.Refused);

    /// <summary>The response contains no token.</summary>
    public static readonly DiagnosticDescriptor TokenMissing = new("SECTOK405", ExitStatus.Unavailable);

    /// <summary>The service rejects the token.</summary>
    public static readonly DiagnosticDescriptor TokenRefused = new("SECTOK406", ExitStatus.Refused);

    /// <summary>The team of the token was not verified.</summary>
    public static readonly DiagnosticDescriptor TokenUnverified = new("SECTOK407", ExitStatus.Done);

    /// <summary>The service rejects the request for another reason.</summary>
    public static readonly DiagnosticDescriptor ServiceRefused = new("SECTOK408", ExitStatus.Refused);

    /// <summary>The token has characters or a length that no token has.</summary>
    public static readonly DiagnosticDescriptor TokenMalformed = new("SECTOK409", ExitStatus.Unavailable);

    /// <summary>No visible Workload Protection instance has the name.</summary>
    public static readonly DiagnosticDescriptor InstanceNameUnknown = new("SECTOK410", ExitStatus.Refused);

    /// <summary>Several instances have the name.</summary>
    public static readonly DiagnosticDescriptor InstanceAmbiguous = new("SECTOK411", ExitStatus.Refused);

    /// <summary>The instance belongs to Monitoring or to another service.</summary>
    public static readonly DiagnosticDescriptor InstanceOfOtherService = new("SECTOK412", ExitStatus.Refused);

    /// <summary>The instance is not active.</summary>
    public static readonly DiagnosticDescriptor InstanceNotActive = new("SECTOK413", ExitStatus.Refused);

    /// <summary>The identity is not allowed to list instances.</summary>
    public static readonly DiagnosticDescriptor LookupNotAllowed = new("SECTOK414", ExitStatus.Refused);

    /// <summary>The resource controller rejects the request for another reason.</summary>
    public static readonly DiagnosticDescriptor LookupRefused = new("SECTOK415", ExitStatus.Refused);

    /// <summary>The instance accepts only IAM tokens.</summary>
    public static readonly DiagnosticDescriptor InstanceIamOnly = new("SECTOK416", ExitStatus.Refused);

    /// <summary>The instance accepts tokens, but the identity lacks a role.</summary>
    public static readonly DiagnosticDescriptor RoleMissing = new("SECTOK417", ExitStatus.Refused);

    /// <summary>The instance is in another region than the requested one.</summary>
    public static readonly DiagnosticDescriptor InstanceElsewhere = new("SECTOK418", ExitStatus.Refused);

    /// <summary>An instance name was specified, but no resource controller is known that could look it up.</summary>
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
