using System.Text.Json.Serialization;

namespace SecureToken.Emulator.Credentials;

/// <summary>
/// The claims of an IAM token. A user is known by the realm <c>IBMid</c> and has no <c>sub_type</c>; a service ID has
/// <c>ServiceId</c> there, and a trusted profile <c>Profile</c>.
/// </summary>
internal sealed class IamClaims(Identity identity, string account)
{
    [JsonPropertyName("iam_id")]
    public string IamId => identity.IamId;

    [JsonPropertyName("id")]
    public string Id => identity.IamId;

    [JsonPropertyName("realmid")]
    public string RealmId => identity.IamId.Split('-')[0];

    [JsonPropertyName("jti")]
    public string TokenId { get; } = Guid.NewGuid().ToString("D");

    [JsonPropertyName("identifier")]
    public string Identifier => identity.Identifier;

    [JsonPropertyName("given_name")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? GivenName => identity.IsUser ? identity.PersonName.First : null;

    [JsonPropertyName("family_name")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? FamilyName => identity.IsUser ? identity.PersonName.Last : null;

    [JsonPropertyName("name")]
    public string Name => identity.Name;

    [JsonPropertyName("email")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Email => identity.IsUser ? identity.UserName : null;

    [JsonPropertyName("sub")]
    public string Subject => identity.IsUser ? identity.UserName : identity.Identifier;

    [JsonPropertyName("sub_type")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SubjectType => identity.Kind switch
    {
        EmulatorIdentityKind.ServiceId => "ServiceId",
        EmulatorIdentityKind.TrustedProfile => "Profile",
        _ => null,
    };

    [JsonPropertyName("account")]
    public object Account => new { valid = true, bss = account };

    [JsonPropertyName("iat")]
    public required long IssuedAt { get; init; }

    [JsonPropertyName("exp")]
    public required long Expiration { get; init; }

    [JsonPropertyName("iss")]
    public required string Issuer { get; init; }

    [JsonPropertyName("grant_type")]
    public required string GrantType { get; init; }

    [JsonPropertyName("scope")]
    public string Scope { get; } = "ibm openid";

    [JsonPropertyName("client_id")]
    public string ClientId { get; } = "default";
}
