using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace SecureToken.Emulator.Credentials;

/// <summary>The emulated compute resource: the token its platform gave it, and the trusted profiles that are linked to it.</summary>
internal sealed class ComputeResource(string account, IdentityList identities)
{
    private readonly Identity[] _profiles = [.. identities.Profiles];

    /// <summary>Shaped like the service account token of a cluster: a JSON Web Token, whose signature nobody here checks.</summary>
    public string Token { get; } = string.Join(
        '.',
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new { alg = "RS256", typ = "JWT" })),
        Base64Url.EncodeToString(
            JsonSerializer.SerializeToUtf8Bytes(new { sub = "system:serviceaccount:default:emulated", nonce = Guid.NewGuid() })),
        Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(64)));

    /// <summary>The profile that is meant when none is named, which only the metadata service allows.</summary>
    public Identity DefaultProfile => _profiles[^1];

    public Identity? ById(string? id) => Array.Find(_profiles, profile => profile.Identifier == id);

    public Identity? ByName(string? name) => Array.Find(_profiles, profile => profile.Name == name);

    public Identity? ByCrn(string? crn) => Array.Find(_profiles, profile => CrnOf(profile) == crn);

    public string CrnOf(Identity profile) => $"crn:v1:bluemix:public:iam-identity::a/{account}::profile:{profile.Identifier}";
}
