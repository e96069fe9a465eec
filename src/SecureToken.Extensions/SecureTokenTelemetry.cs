namespace SecureToken.Extensions;

/// <summary>What the package measures and traces. A value of a token is in none of it.</summary>
public static class SecureTokenTelemetry
{
    /// <summary>
    /// The name of the meter: <c>sectoken.refreshes</c> and <c>sectoken.refresh.duration</c> (by trigger, outcome and error code),
    /// <c>sectoken.rejections.healed</c> and <c>sectoken.rejections.returned</c> (responses 401), <c>sectoken.token.age</c>.
    /// </summary>
    public const string MeterName = "SecureToken.Extensions";

    /// <summary>The name of the source of activities: one activity <c>sectoken.refresh</c> for each refresh.</summary>
    public const string ActivitySourceName = "SecureToken.Extensions";
}
