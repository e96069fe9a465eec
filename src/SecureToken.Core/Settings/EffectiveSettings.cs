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
        SettingsLayer? placing = layers.FirstOrDefault(layer => layer.Region is not null || layer.Endpoint is not null);
        SettingValue? region = First(layer => layer.Region);
        SettingValue? instance = First(layer => layer.Instance);
        string? regionOfInstance = instance is not null && InstanceSelector.Parse(instance.Text) is { Failure: null } parsed
            ? parsed.Value.Known?.Region : null;
        Result<ServiceHosts> hosts = ServiceHosts.Resolve(layers, regionOfInstance, trust);
        string whence = placing is null ? "the instance's CRN" : "the region";
        return
        [
            // One layer says where the service is, by its region or by its endpoint. What lies below it is not used.
            region is not null && placing!.Region is null
                ? new EffectiveSetting(
                    "region", Shown(region.Text.Trim()),
                    $"{region.Source.Name}, not used: {placing.Endpoint!.Source.Name} stands above it")
                : Row("region", region, null),
            Row("endpoint", placing?.Endpoint,
                hosts is { Failure: null, Value.Endpoint: { } endpoint }
                ? new EffectiveSetting("endpoint", endpoint.ToString(), whence) : null),
            Row("instance", instance, null),
            Row("team", First(layer => layer.Team), null),
            Row("IAM endpoint", First(layer => layer.IamEndpoint),
                new EffectiveSetting(
                "IAM endpoint", (hosts.Failure is null ? hosts.Value.Iam : Endpoint.PublicIam).ToString(), "built in")),
            Row("resource controller", First(layer => layer.ResourceController),
                hosts is { Failure: null, Value.ResourceController: { } controller }
                ? new EffectiveSetting("resource controller", controller.ToString(), "built in") : null),
            Row("verification", First(layer => layer.Verify), new EffectiveSetting("verification", VerifyWords.All[0], "built in")),
            Row("private hosts", First(layer => layer.Private), new EffectiveSetting("private hosts", "false", "built in")),
        ];

        SettingValue? First(Func<SettingsLayer, SettingValue?> pick) => layers.Select(pick).FirstOrDefault(given => given is not null);
    }

    private static EffectiveSetting Row(string name, SettingValue? given, EffectiveSetting? otherwise) =>
        given is not null
            ? new EffectiveSetting(name, Shown(given.Text.Trim()), given.Source.Name)
            : otherwise ?? new EffectiveSetting(name, null, "not set");

    /// <summary>An address may hold a password before an @; an invalid setting may be anything.</summary>
    private static string Shown(string text) =>
        text.Contains("://", StringComparison.Ordinal) && text.Contains('@', StringComparison.Ordinal)
            ? "..." : PrintableText.Of(text, 160);
}
