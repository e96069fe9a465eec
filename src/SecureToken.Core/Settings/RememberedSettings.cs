using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;

namespace SecureToken.Core.Settings;

/// <summary>
/// Settings for a token that only a ledger names. A ledger is no word of the user's: a host in it gets a credential when it is IBM Cloud's,
/// when the user trusts it, or when the user's own settings name it.
/// </summary>
public sealed class RememberedSettings
{
    private readonly IReadOnlyList<SettingsLayer> _own;
    private readonly HostTrust _trust;

    /// <summary>What the user says now.</summary>
    /// <param name="own">Options and environment, the strongest first.</param>
    /// <param name="trust">Which hosts the user trusts.</param>
    public RememberedSettings(IReadOnlyList<SettingsLayer> own, HostTrust trust)
    {
        _own = own;
        _trust = trust;
    }

    /// <summary>The settings to ask for a token; or 104.</summary>
    /// <param name="scope">Which token.</param>
    /// <param name="team">How its team is asked for.</param>
    public Result<TokenSettings> Resolve(TokenScope scope, TeamSelector team)
    {
        ArgumentNullException.ThrowIfNull(scope);
        bool isTrusted = scope.Endpoint.IsIbmCloud || _trust.Names(scope.Endpoint) || _own.Any(layer => IsNamed(layer, scope.Endpoint));
        return !isTrusted ? HostTrust.Refusal(scope.Endpoint, "a ledger")
            : ServiceHosts.Around(scope.Endpoint, _own, _trust).Succeeded(out ServiceHosts? hosts, out Failure? failure)
            && TokenSettings.VerifyOf(_own).Succeeded(out VerifyMode verify, out failure)
                ? new TokenSettings(scope.Endpoint, hosts.Iam, new InstanceSelector(scope.Instance), team)
                {
                    ResourceController = hosts.ResourceController,
                    Verify = verify,
                }
            : failure;
    }

    private static bool IsNamed(SettingsLayer layer, Endpoint endpoint) =>
        layer.Endpoint is { Source.IsCommitted: false } given && Endpoint.Parse(given.Text) is { Failure: null } parsed
            && parsed.Value.ToString() == endpoint.ToString();
}
