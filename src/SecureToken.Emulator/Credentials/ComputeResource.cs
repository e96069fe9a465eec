using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace SecureToken.Emulator.Credentials;

/// <summary>The emulated compute resource: the token its platform gave it, and the trusted profile that is linked to it.</summary>
internal sealed class ComputeResource
{
    private readonly string _account;

    public ComputeResource(string account, string profileName)
    {
        _account = account;
        ProfileName = profileName;
    }

    /// <summary>Shaped like the service account token of a cluster: a JSON Web Token, whose signature nobody here checks.</summary>
    public string Token { get; } = string.Join(
        '.',
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new { alg = "RS256", typ = "JWT" })),
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new { sub = "system:serviceaccount:default:emulated", nonce = Guid.NewGuid() })),
        Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(64)));

    public string ProfileId { get; } = "Profile-" + Guid.NewGuid().ToString("D");

    public string ProfileName { get; }

    public string ProfileCrn => $"crn:v1:bluemix:public:iam-identity::a/{_account}::profile:{ProfileId}";
}
