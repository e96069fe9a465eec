using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Identity;

/// <summary>
/// The token that a platform (Code Engine, Kubernetes Service) gives to a compute resource, with a trusted profile: the variable, then the
/// paths where the platforms put it.
/// </summary>
internal sealed class ComputeResourceSource : ICredentialSource
{
    public const string Kind = "compute-resource";


    /// <summary>In the order in which IBM's own clients look.</summary>
    public static readonly IReadOnlyList<string> DefaultPaths =
    [
        "/var/run/secrets/tokens/vault-token",
        "/var/run/secrets/tokens/sa-token",
        "/var/run/secrets/codeengine.cloud.ibm.com/compute-resource-token/token",
    ];

    public string Name => Kind;

    public string Needs => $"{CredentialVariables.ComputeResourceToken} is not set, and there is no {string.Join(", ", DefaultPaths)}";

    public IEnumerable<string> Given(CredentialOptions options) => [];

    public Result<Credential?> Find(CredentialSearch search)
    {
        bool isSet = search.FirstSet([CredentialVariables.ComputeResourceToken]) is not null;
        string? path = isSet ? null : search.Options.ComputeTokenPaths.FirstOrDefault(File.Exists);
        if (!isSet && path is null)
        {
            return (Credential?)null;
        }

        Result<TrustedProfile?> profile = TrustedProfile.Find(search);
        return profile.Failure is not null ? profile.Failure
            : profile.Value is null ? Failure.Of(DiagnosticDescriptors.ProfileMissing, path ?? CredentialVariables.ComputeResourceToken)
            : path is null
                ? new ComputeResourceCredential(
                    () => CredentialValue.FromVariable<ComputeToken>(
                    CredentialVariables.ComputeResourceToken, search, CredentialText.ReadComputeToken), profile.Value,
                    CredentialVariables.ComputeResourceToken)
                : OfFile(path, profile.Value);
    }

    public static ComputeResourceCredential OfFile(string path, TrustedProfile profile) =>
        new(() => CredentialValue.FromFile<ComputeToken>(path, path, CredentialText.ReadComputeToken), profile, path);
}

/// <summary>A compute resource's token and a trusted profile. The token rotates, so it is read again for each exchange.</summary>
public sealed class ComputeResourceCredential : Credential
{
    private static readonly byte[] Grant = Encoding.ASCII.GetBytes("urn:ibm:params:oauth:grant-type:cr-token");
    private readonly Func<Result<ComputeToken>> _read;

    internal ComputeResourceCredential(Func<Result<ComputeToken>> read, TrustedProfile profile, string source)
        : base(ComputeResourceSource.Kind, $"{source}, profile {profile}")
    {
        _read = read;
        Profile = profile;
    }

    /// <summary>The identity that the token represents.</summary>
    public TrustedProfile Profile { get; }

    /// <summary>The token rotates, the identity stays.</summary>
    public override Fingerprint Fingerprint => Fingerprint.OfIdentity(ToString());

    internal override bool AsksIam => true;

    internal override async Task<Result<IamToken>> ObtainAsync(IamClient iam, CancellationToken cancellation)
    {
        if (!_read().Succeeded(out ComputeToken? token, out Failure? failure))
        {
            return failure;
        }

        using (token)
        {
            FormField profile = Profile.Id is { } id
                ? new("profile_id", Encoding.ASCII.GetBytes(id))
                : new("profile_name", Encoding.ASCII.GetBytes(Profile.Name!));
            return await iam.ExchangeAsync(
                [new("grant_type", Grant), new("cr_token", token.Memory), profile], token, this, cancellation);
        }
    }
}
