namespace SecureToken.Emulator;

/// <summary>One request the emulator answered. No secret is in it: known secrets a client misplaces are masked.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The decoded path, without the query.</param>
/// <param name="Status">The status answered; 499 when the client left before an answer.</param>
/// <param name="SysdigTeamIDHeader">The <c>SysdigTeamID</c> header, or null.</param>
/// <param name="TeamIDHeader">The <c>TeamID</c> header, or null.</param>
/// <param name="InstanceHeader">The <c>IBMInstanceID</c> header, or null.</param>
/// <param name="AuthorizationKind">
/// What the <c>Authorization</c> header looked like, valid or not: <c>none</c>, <c>iam</c>, <c>token</c> or <c>other</c>.
/// </param>
/// <param name="UserAgent">The <c>User-Agent</c> header, or null.</param>
/// <param name="At">When it arrived, by the emulator's clock (UTC).</param>
public sealed record EmulatorRequest(
    string Method,
    string Path,
    int Status,
    string? SysdigTeamIDHeader,
    string? TeamIDHeader,
    string? InstanceHeader,
    string AuthorizationKind,
    string? UserAgent,
    DateTimeOffset At);
