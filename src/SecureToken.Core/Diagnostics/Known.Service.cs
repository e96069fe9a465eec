namespace SecureToken.Core.Diagnostics;

/// <content>4xx: the service.</content>
public static partial class Known
{
    /// <summary>The instance accepts IAM tokens only, or the identity lacks a role.</summary>
    public static readonly Diagnostic NotEnoughPrivileges = new("SECTOK401", ExitStatus.Refused);

    /// <summary>The endpoint does not know the instance.</summary>
    public static readonly Diagnostic InstanceUnknown = new("SECTOK402", ExitStatus.Refused);

    /// <summary>No such team, or the identity is not a member.</summary>
    public static readonly Diagnostic TeamUnknown = new("SECTOK403", ExitStatus.Refused);

    /// <summary>The service answered with another team's token.</summary>
    public static readonly Diagnostic WrongTeam = new("SECTOK404", ExitStatus.Refused);

    /// <summary>The answer holds no token.</summary>
    public static readonly Diagnostic TokenMissing = new("SECTOK405", ExitStatus.Unavailable);

    /// <summary>The token that was just handed out is refused.</summary>
    public static readonly Diagnostic TokenRefused = new("SECTOK406", ExitStatus.Refused);

    /// <summary>It cannot be verified which team the token belongs to.</summary>
    public static readonly Diagnostic TokenUnverified = new("SECTOK407", ExitStatus.Done);

    /// <summary>The service refuses for another reason.</summary>
    public static readonly Diagnostic ServiceRefused = new("SECTOK408", ExitStatus.Refused);

    /// <summary>The token has characters no token has.</summary>
    public static readonly Diagnostic TokenMalformed = new("SECTOK409", ExitStatus.Unavailable);

    /// <summary>No visible Workload Protection instance has the name.</summary>
    public static readonly Diagnostic InstanceNameUnknown = new("SECTOK410", ExitStatus.Refused);

    /// <summary>Several instances have the name.</summary>
    public static readonly Diagnostic InstanceAmbiguous = new("SECTOK411", ExitStatus.Refused);

    /// <summary>The instance is one of Monitoring, or of another service.</summary>
    public static readonly Diagnostic InstanceOfOtherService = new("SECTOK412", ExitStatus.Refused);

    /// <summary>The instance is not active.</summary>
    public static readonly Diagnostic InstanceNotActive = new("SECTOK413", ExitStatus.Refused);

    /// <summary>The identity may not list instances.</summary>
    public static readonly Diagnostic LookupNotAllowed = new("SECTOK414", ExitStatus.Refused);

    /// <summary>The resource controller refuses for another reason.</summary>
    public static readonly Diagnostic LookupRefused = new("SECTOK415", ExitStatus.Refused);

    /// <summary>The instance accepts IAM tokens only.</summary>
    public static readonly Diagnostic InstanceIamOnly = new("SECTOK416", ExitStatus.Refused);

    /// <summary>The instance accepts tokens, but the identity lacks a role.</summary>
    public static readonly Diagnostic RoleMissing = new("SECTOK417", ExitStatus.Refused);

    /// <summary>The instance is in another region than the one that is asked.</summary>
    public static readonly Diagnostic InstanceElsewhere = new("SECTOK418", ExitStatus.Refused);

    /// <summary>A name was given, and no resource controller is known that could look it up.</summary>
    public static readonly Diagnostic LookupImpossible = new("SECTOK419", ExitStatus.Usage);

    private static IEnumerable<Diagnostic> OfService =>
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
    ];
}
