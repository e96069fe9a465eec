using SecureToken.Core.Diagnostics;
using SecureToken.Core.Service;

namespace SecureToken.Core.Settings;

/// <summary>Which token is wanted, and from where: every value is checked.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="IamEndpoint">The IAM endpoint.</param>
/// <param name="Instance">The instance.</param>
/// <param name="Team">The team.</param>
public sealed record TokenSettings(Endpoint Endpoint, Endpoint IamEndpoint, Instance Instance, TeamSelector Team)
{
    /// <summary>Takes each value from the first layer that gives it. Nothing is requested and no credential is read.</summary>
    /// <param name="layers">The strongest first.</param>
    /// <param name="trust">Which hosts a committed file may name.</param>
    public static Result<TokenSettings> Resolve(IReadOnlyList<SettingsLayer> layers, HostTrust trust)
    {
        ArgumentNullException.ThrowIfNull(trust);
        Given? givenInstance = First(layers, layer => layer.Instance);
        if (givenInstance is null)
        {
            return Missing(SettingName.Instance);
        }

        if (!Instance.Parse(givenInstance.Text).Succeeded(out Instance? instance, out Failure? failure)
            || !ResolveEndpoint(layers, instance, trust).Succeeded(out Endpoint? endpoint, out failure)
            || !IamOf(layers, endpoint, trust).Succeeded(out Endpoint? iam, out failure))
        {
            return failure;
        }

        Given? givenTeam = First(layers, layer => layer.Team);
        if (givenTeam is null)
        {
            return Missing(SettingName.Team);
        }

        return TeamSelector.Parse(givenTeam.Text).Succeeded(out TeamSelector? team, out failure)
            ? new TokenSettings(endpoint, iam, instance, team)
            : failure;
    }

    private static Result<Endpoint> ResolveEndpoint(IReadOnlyList<SettingsLayer> layers, Instance instance, HostTrust trust)
    {
        SettingsLayer? layer = layers.FirstOrDefault(layer => layer.Region is not null || layer.Endpoint is not null);
        if (layer is { Region: { } one, Endpoint: { } other })
        {
            return Failure.Of(Known.SettingsConflict, one.Origin.Name, other.Origin.Name);
        }

        if (layer?.Endpoint is { } endpoint)
        {
            return Endpoint.Parse(endpoint.Text).Succeeded(out Endpoint? parsed, out Failure? failure) ? trust.Check(parsed, endpoint.Origin) : failure;
        }

        if (layer?.Region is { } region)
        {
            return instance.Region is { } ofCrn && ofCrn != region.Text.Trim()
                ? Failure.Of(Known.SettingsConflict, $"{region.Origin.Name}={region.Text.Trim()}", $"the CRN's region {ofCrn}")
                : Endpoint.FromRegion(region.Text.Trim());
        }

        return instance.Region is { } own ? Endpoint.FromRegion(own) : Missing(SettingName.Region);
    }

    /// <summary>The IAM endpoint that belongs to an endpoint.</summary>
    internal static Result<Endpoint> IamOf(IReadOnlyList<SettingsLayer> layers, Endpoint endpoint, HostTrust trust)
    {
        if (First(layers, layer => layer.IamEndpoint) is { } given)
        {
            return Endpoint.Parse(given.Text).Succeeded(out Endpoint? parsed, out Failure? failure) ? trust.Check(parsed, given.Origin) : failure;
        }

        return endpoint.IsIbmCloud && endpoint.Host.Contains(".test.", StringComparison.OrdinalIgnoreCase)
            ? Endpoint.Parse("https://iam.test.cloud.ibm.com")
            : Endpoint.PublicIam;
    }

    private static Given? First(IReadOnlyList<SettingsLayer> layers, Func<SettingsLayer, Given?> pick) =>
        layers.Select(pick).FirstOrDefault(given => given is not null);

    private static Failure Missing(SettingName name) => Failure.Of(Known.SettingMissing, char.ToUpperInvariant(name.Title[0]) + name.Title[1..], name.HowToGive);
}
