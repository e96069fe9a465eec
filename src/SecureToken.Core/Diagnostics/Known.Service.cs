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
    ];
}
