using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Settings;

/// <summary>What one place says: the options, the environment, a project. Layers lie on each other, the strongest on top.</summary>
public sealed record SettingsLayer
{
    /// <summary>The region.</summary>
    public SettingValue? Region { get; init; }

    /// <summary>The name of the region, in whatever letters it was given.</summary>
    public string? RegionName => Region?.Text.Trim().ToLowerInvariant();

    /// <summary>The endpoint.</summary>
    public SettingValue? Endpoint { get; init; }

    /// <summary>The instance.</summary>
    public SettingValue? Instance { get; init; }

    /// <summary>The team.</summary>
    public SettingValue? Team { get; init; }

    /// <summary>The IAM endpoint.</summary>
    public SettingValue? IamEndpoint { get; init; }

    /// <summary>The resource controller's endpoint.</summary>
    public SettingValue? ResourceController { get; init; }

    /// <summary>Whether private endpoints are meant: <c>true</c> or <c>false</c>.</summary>
    public SettingValue? Private { get; init; }

    /// <summary>How strictly a token's team is verified.</summary>
    public SettingValue? Verify { get; init; }

    /// <summary>The layer of the environment.</summary>
    public static Result<SettingsLayer> FromEnvironment(Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        SettingValue?[] teams = [.. SettingName.Team.Variables.Select(Read)];
        if (teams is [null, { } id, { } name])
        {
            return Failure.Of(DiagnosticDescriptors.SettingsConflict, id.Source.Name, name.Source.Name);
        }

        SettingValue? region = First(SettingName.Region);
        SettingValue? endpoint = First(SettingName.Endpoint);
        if (region is not null && endpoint?.Source.Name != SettingName.Endpoint.Variables[0])
        {
            // SYSDIG_SECURE_URL is there for other tools; a variable of our own is above it.
            endpoint = null;
        }

        return new SettingsLayer
        {
            Region = region,
            Endpoint = endpoint,
            Instance = First(SettingName.Instance),
            Team = teams.FirstOrDefault(team => team is not null),
            IamEndpoint = First(SettingName.IamEndpoint),
            ResourceController = First(SettingName.ResourceController),
            Private = First(SettingName.Private),
            Verify = First(SettingName.Verify),
        };

        SettingValue? Read(string variable) => SettingValue.Of(environment(variable), new SettingSource(variable));

        SettingValue? First(SettingName setting) => setting.Variables.Select(Read).FirstOrDefault(given => given is not null);
    }

    /// <summary>The layer of a face: each setting under the name that the face gives it.</summary>
    /// <param name="read">The value of a setting, or null.</param>
    /// <param name="origin">Where the face's value of a setting comes from.</param>
    public static SettingsLayer From(Func<SettingName, string?> read, Func<SettingName, SettingSource> origin)
    {
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(origin);
        return new SettingsLayer
        {
            Region = Of(SettingName.Region),
            Endpoint = Of(SettingName.Endpoint),
            Instance = Of(SettingName.Instance),
            Team = Of(SettingName.Team),
            IamEndpoint = Of(SettingName.IamEndpoint),
            ResourceController = Of(SettingName.ResourceController),
            Private = Of(SettingName.Private),
            Verify = Of(SettingName.Verify),
        };

        SettingValue? Of(SettingName setting) => SettingValue.Of(read(setting), origin(setting));
    }
}
