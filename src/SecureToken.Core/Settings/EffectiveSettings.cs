using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;

namespace SecureToken.Core.Settings;

/// <summary>A setting as it takes effect. There is no secret in it.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Value">Its value; null when nothing sets it.</param>
/// <param name="Source">The option, variable, property or file that sets it, or what is built in.</param>
public sealed record EffectiveSetting(string Name, string? Value, string Source);

/// <summary>Tells which value each setting takes and where it came from, also when some are missing or do not go together.</summary>
public static class EffectiveSettings
{
    /// <summary>The settings of one token, in the order in which they are documented.</summary>
    /// <param name="layers">The strongest first.</param>
    /// <param name="trust">Which hosts a committed file may name.</param>
    public static IReadOnlyList<EffectiveSetting> Of(IReadOnlyList<SettingsLayer> layers, HostTrust trust)
    {
        ArgumentNullException.ThrowIfNull(layers);
        SettingValue? region = First(layer => layer.Region);
        SettingValue? endpoint = First(layer => layer.Endpoint);
        SettingValue? iam = First(layer => layer.IamEndpoint);
        Result<TokenSettings> resolved = TokenSettings.Resolve(layers, trust);
        string whence = endpoint is null && region is null ? "the instance's CRN" : "the region";
        return
        [
            Row("region", region, null),
            Row("endpoint", endpoint, resolved.Failure is null ? new EffectiveSetting("endpoint", resolved.Value.Endpoint.ToString(), whence) : null),
            Row("instance", First(layer => layer.Instance), null),
            Row("team", First(layer => layer.Team), null),
            Row("IAM endpoint", iam, new EffectiveSetting("IAM endpoint", (resolved.Failure is null ? resolved.Value.IamEndpoint : Endpoint.PublicIam).ToString(), "built in")),
            Row("resource controller", First(layer => layer.ResourceController), resolved is { Failure: null, Value.ResourceController: { } controller } ? new EffectiveSetting("resource controller", controller.ToString(), "built in") : null),
            Row("private hosts", First(layer => layer.Private), new EffectiveSetting("private hosts", "false", "built in")),
        ];

        SettingValue? First(Func<SettingsLayer, SettingValue?> pick) => layers.Select(pick).FirstOrDefault(given => given is not null);
    }

    private static EffectiveSetting Row(string name, SettingValue? given, EffectiveSetting? otherwise) =>
        given is not null ? new EffectiveSetting(name, Printable(given.Text.Trim()), given.Source.Name) : otherwise ?? new EffectiveSetting(name, null, "not set");

    /// <summary>An address may hold a password before an @; an invalid setting may be anything.</summary>
    private static string Printable(string text) =>
        text.Contains("://", StringComparison.Ordinal) && text.Contains('@', StringComparison.Ordinal) ? "..." : new([.. text.Take(160).Select(character => char.IsControl(character) ? '?' : character)]);
}
