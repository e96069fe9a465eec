namespace SecureToken.Core.Settings;

/// <summary>The properties of a project that say which token its user-secrets get.</summary>
public static class ProjectProperties
{
    /// <summary>The id of its user-secrets.</summary>
    public const string UserSecretsId = "UserSecretsId";

    /// <summary>Its configuration key.</summary>
    public const string Key = "SecureTokenKey";

    /// <summary>Whether it takes part; false when it does not.</summary>
    public const string Enabled = "SecureTokenEnabled";

    /// <summary>Whether its user-secrets take part; false when they do not.</summary>
    public const string UserSecrets = "SecureTokenUserSecrets";

    private static readonly SettingName[] Settings =
        [SettingName.Region, SettingName.Endpoint, SettingName.Instance, SettingName.Team, SettingName.IamEndpoint,
            SettingName.ResourceController, SettingName.Private, SettingName.Verify];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. Settings.Select(setting => setting.Property!), Key, Enabled, UserSecrets, UserSecretsId];
}
