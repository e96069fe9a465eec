namespace SecureToken.Core.Settings;

/// <summary>The names of one setting: the same thing under an option, an MSBuild property and environment variables.</summary>
/// <param name="Title">What it is called in messages.</param>
/// <param name="Option">The tool's option.</param>
/// <param name="Property">The MSBuild property.</param>
/// <param name="Variables">The environment variables, the first that is set wins.</param>
public sealed record SettingName(string Title, string Option, string Property, IReadOnlyList<string> Variables)
{
    /// <summary>The region.</summary>
    public static readonly SettingName Region = new("the region", "--region", "SecureTokenRegion", ["SECTOKEN_REGION"]);

    /// <summary>The endpoint.</summary>
    public static readonly SettingName Endpoint = new(
        "the endpoint", "--endpoint", "SecureTokenEndpoint", ["SECTOKEN_ENDPOINT", "SYSDIG_SECURE_URL"]);

    /// <summary>The instance.</summary>
    public static readonly SettingName Instance = new(
        "the instance", "--instance", "SecureTokenInstance", ["SECTOKEN_INSTANCE", "SYSDIG_IBM_SECURE_INSTANCE_ID"]);

    /// <summary>The team.</summary>
    public static readonly SettingName Team = new(
        "the team", "--team", "SecureTokenTeam", ["SECTOKEN_TEAM", "SYSDIG_SECURE_TEAM_ID", "SYSDIG_SECURE_TEAM_NAME"]);

    /// <summary>The IAM endpoint.</summary>
    public static readonly SettingName IamEndpoint = new(
        "the IAM endpoint", "--iam-endpoint", "SecureTokenIamEndpoint",
            ["SECTOKEN_IAM_ENDPOINT", "SYSDIG_IBM_SECURE_IAM_URL", "IBMCLOUD_IAM_API_ENDPOINT"]);

    /// <summary>The endpoint of the resource controller, which knows the names of instances.</summary>
    public static readonly SettingName ResourceController = new(
        "the resource controller", "--resource-controller", "SecureTokenResourceController",
            ["SECTOKEN_RESOURCE_CONTROLLER", "IBMCLOUD_RESOURCE_CONTROLLER_API_ENDPOINT"]);

    /// <summary>Whether private endpoints are meant where none is given.</summary>
    public static readonly SettingName Private = new("private endpoints", "--private", "SecureTokenPrivate", ["SECTOKEN_PRIVATE"]);

    /// <summary>How strictly a token's team is verified.</summary>
    public static readonly SettingName Verify = new("the verification", "--verify", "SecureTokenVerify", ["SECTOKEN_VERIFY"]);

    /// <summary>The file of additional certificate authorities.</summary>
    public static readonly SettingName CaBundle = new("the CA bundle", "--ca-bundle", "SecureTokenCaBundle", ["SECTOKEN_CA_BUNDLE"]);

    /// <summary>The variable that lists trusted hosts.</summary>
    public const string TrustHostVariable = "SECTOKEN_TRUST_HOST";

    /// <summary>All the ways to give it, for a message.</summary>
    public string HowToGive => $"{Option} (in a project: {Property}), or set {Variables[0]}";
}

/// <summary>Where a value came from.</summary>
/// <param name="Name">The option, variable, property or file.</param>
/// <param name="IsCommitted">True for a file that others may have written: a project, a committed configuration.</param>
public sealed record SettingSource(string Name, bool IsCommitted = false);

/// <summary>A value as the user gave it.</summary>
/// <param name="Text">The value.</param>
/// <param name="Source">Where it came from.</param>
public sealed record SettingValue(string Text, SettingSource Source)
{
    /// <summary>Null for an absent or empty value: an empty variable or property counts as not set.</summary>
    public static SettingValue? Of(string? text, SettingSource origin) =>
        string.IsNullOrWhiteSpace(text) ? null : new SettingValue(text, origin);
}
