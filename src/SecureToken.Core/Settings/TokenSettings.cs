using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;

namespace SecureToken.Core.Settings;

/// <summary>Which token is wanted, and from where: every value is checked.</summary>
/// <param name="Endpoint">The endpoint; undetermined while the instance is a name and no region is given.</param>
/// <param name="IamEndpoint">The IAM endpoint.</param>
/// <param name="Instance">The instance.</param>
/// <param name="Team">The team.</param>
public sealed record TokenSettings(Endpoint Endpoint, Endpoint IamEndpoint, InstanceSelector Instance, TeamSelector Team)
{
    /// <summary>Where instances are looked up; null when it is not known, which is so for an endpoint or IAM outside IBM Cloud.</summary>
    public Endpoint? ResourceController { get; init; }

    /// <summary>The region that was specified in addition to the instance; null when there was none.</summary>
    public string? Region { get; init; }

    /// <summary>Whether a private host is meant where the endpoint follows from the region.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>How strictly it is verified that a token is the team's.</summary>
    public VerifyMode Verify { get; init; }

    /// <summary>Takes each value from the first layer that gives it. Nothing is requested and no credential is read.</summary>
    /// <param name="layers">The strongest first.</param>
    /// <param name="trust">Which hosts a committed file may name.</param>
    /// <param name="isTeamNeeded">Whether a team has to be given; without one it is <see cref="TeamSelector.Any"/>.</param>
    public static Result<TokenSettings> Resolve(IReadOnlyList<SettingsLayer> layers, HostTrust trust, bool isTeamNeeded = true)
    {
        ArgumentNullException.ThrowIfNull(trust);
        SettingValue? givenInstance = First(layers, layer => layer.Instance);
        if (givenInstance is null)
        {
            return Missing(SettingName.Instance);
        }

        if (!InstanceSelector.Parse(givenInstance.Text).Succeeded(out InstanceSelector? instance, out Failure? failure)
            || !ServiceHosts.Resolve(layers, instance.Known?.Region, trust).Succeeded(out ServiceHosts? hosts, out failure))
        {
            return failure;
        }

        if (hosts.Endpoint is null && instance.Name is null)
        {
            return Missing(SettingName.Region);
        }

        SettingValue? givenTeam = First(layers, layer => layer.Team);
        if (givenTeam is null && isTeamNeeded)
        {
            return Missing(SettingName.Team);
        }

        if (!VerifyOf(layers).Succeeded(out VerifyMode verify, out failure))
        {
            return failure;
        }

        TeamSelector? team = TeamSelector.Any;
        return givenTeam is null || TeamSelector.Parse(givenTeam.Text).Succeeded(out team, out failure)
            ? new TokenSettings(hosts.Endpoint ?? Endpoint.Undetermined, hosts.Iam, instance, team)
            {
                ResourceController = hosts.ResourceController,
                Region = hosts.Region,
                IsPrivate = hosts.IsPrivate,
                Verify = verify,
            }
            : failure;
    }

    /// <summary>How strictly it is verified that a token is the team's, as the first layer that says so wants it.</summary>
    public static Result<VerifyMode> VerifyOf(IReadOnlyList<SettingsLayer> layers) =>
        First(layers, layer => layer.Verify) is { } given ? VerifyWords.Parse(given) : VerifyMode.Require;

    private static SettingValue? First(IReadOnlyList<SettingsLayer> layers, Func<SettingsLayer, SettingValue?> pick) =>
        layers.Select(pick).FirstOrDefault(given => given is not null);

    private static Failure Missing(SettingName name) =>
        Failure.Of(DiagnosticDescriptors.SettingMissing, char.ToUpperInvariant(name.Title[0]) + name.Title[1..], name.HowToGive);
}
