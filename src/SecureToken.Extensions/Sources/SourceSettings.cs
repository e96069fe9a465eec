using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Settings;

namespace SecureToken.Extensions.Sources;

/// <summary>The options of a program, checked, in the terms of the core.</summary>
internal sealed class SourceSettings
{
    private readonly IReadOnlyList<SettingsLayer> _layers;

    private SourceSettings(
        SecureTokenOptions options, ConfigurationKey key, string name, IReadOnlyList<SettingsLayer> layers, TransportOptions transport)
    {
        Options = options;
        Key = key;
        Name = name;
        _layers = layers;
        Transport = transport;
    }

    public SecureTokenOptions Options { get; }

    public ConfigurationKey Key { get; }

    /// <summary>The name in a dotenv file.</summary>
    public string Name { get; }

    public TransportOptions Transport { get; }

    public CredentialOptions Credentials => new()
    {
        BaseDirectory = Directory.GetCurrentDirectory(),
        Forced = Options.Credential,
        ForcedBy = Named(nameof(SecureTokenOptions.Credential)),
        ApiKeyFile = Options.ApiKeyFile,
        ApiKeyVariable = Options.ApiKeyVariable,
        IamTokenFile = Options.IamTokenFile,
        Profile = Options.Profile,
    };

    /// <summary>Checks what does not depend on the source.</summary>
    public static Result<SourceSettings> Of(SecureTokenOptions options)
    {
        if (!ConfigurationKey.Parse(options.Key).Succeeded(out ConfigurationKey? key, out Failure? failure)
            || !(options.Name is null ? key.ToEnvironmentName() : ConfigurationKey.ParseEnvironmentName(options.Name))
                .Succeeded(out string? name, out failure)
            || !SettingsLayer.FromEnvironment(options.Environment).Succeeded(out SettingsLayer? environment, out failure))
        {
            return failure;
        }

        Result<CaBundle?> trust = CaBundle.Find(options.CaBundle, options.Environment, Directory.GetCurrentDirectory());
        if (trust.Failure is not null)
        {
            return trust.Failure;
        }

        var transport = new TransportOptions
        {
            Deadline = options.RefreshTimeout,
            Environment = options.Environment,
            Clock = options.Clock,
            Trust = trust.Value,
        };

        // What the code of a program sets is the word of who runs it.
        SettingsLayer own = SettingsLayer.From(
            setting => setting == SettingName.Region ? options.Region
                : setting == SettingName.Endpoint ? options.Endpoint
                : setting == SettingName.Instance ? options.Instance
                : setting == SettingName.Team ? options.Team
                : setting == SettingName.IamEndpoint ? options.IamEndpoint
                : null,
            setting => new SettingSource(Named(setting.Property["SecureToken".Length..])));
        return new SourceSettings(options, key, name, [own, environment], transport);
    }

    /// <summary>Which token is wanted.</summary>
    public Result<TokenSettings> Resolve(bool isTeamNeeded) =>
        TokenSettings.Resolve(_layers, new HostTrust([], Options.Environment), isTeamNeeded);

    /// <summary>The endpoint alone; null when it is not set.</summary>
    public Result<Endpoint?> ResolveEndpoint() =>
        ServiceHosts.Resolve(_layers, null, new HostTrust([], Options.Environment)).Succeeded(out ServiceHosts? hosts, out Failure? failure)
            ? hosts.Endpoint : failure;

    /// <summary>Whether an instance is named.</summary>
    public bool HasInstance => _layers.Any(layer => layer.Instance is not null);

    private static string Named(string property) => $"{nameof(SecureTokenOptions)}.{property}";
}
