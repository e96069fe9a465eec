using SecureToken.Core.Diagnostics;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Identity;

/// <summary>
/// The identity of a VPC instance, from its metadata service. That service has a fixed address, and asking an address that nobody has
/// takes seconds; so this source counts as there only when it is forced, its address is given, or a trusted profile is named and no
/// compute resource's token was found. Nobody else waits for it.
/// </summary>
internal sealed class VpcInstanceSource : ICredentialSource
{
    public const string Kind = "vpc";

    /// <summary>The variable with another address of the metadata service; the name is that of IBM's own CLI.</summary>
    public const string UrlVariable = "IBMCLOUD_CR_VPC_URL";

    public string Name => Kind;

    public string Needs => "this machine is not a VPC instance";

    public IEnumerable<string> Given(CredentialOptions options) => [];

    public Result<Credential?> Find(CredentialSearch search)
    {
        Result<TrustedProfile?> profile = TrustedProfile.Find(search);
        string? url = search.FirstSet([UrlVariable]) is { } variable ? search.Environment(variable) : null;
        if (profile.Failure is not null)
        {
            return profile.Failure;
        }

        return search.IsForced || url is not null || profile.Value is not null ? Of(url, profile.Value) : (Credential?)null;
    }

    public static Result<Credential?> Of(string? url, TrustedProfile? profile) =>
        profile is { Id: null }
            ? Failure.Of(
            DiagnosticDescriptors.ProfileInvalid, "the profile for a VPC instance",
            "the metadata service accepts an id or a CRN, not a name")
        : MetadataService.Locate(url).Succeeded(out Uri? address, out Failure? failure) ? new VpcInstanceCredential(address, profile)
        : failure;
}

/// <summary>The identity of the VPC instance that this runs on.</summary>
public sealed class VpcInstanceCredential : Credential
{
    private readonly Uri _metadata;

    internal VpcInstanceCredential(Uri metadata, TrustedProfile? profile)
        : base(VpcInstanceSource.Kind,
            profile is null
            ? $"instance metadata at {metadata.Authority}" : $"instance metadata at {metadata.Authority}, profile {profile}")
    {
        _metadata = metadata;
        Profile = profile;
    }

    /// <summary>The trusted profile; null for the one that the instance has by default.</summary>
    public TrustedProfile? Profile { get; }

    /// <inheritdoc/>
    public override Fingerprint Fingerprint => Fingerprint.OfIdentity(ToString());

    internal override async Task<Result<IamToken>> ObtainAsync(IamClient iam, CancellationToken cancellation)
    {
        using var metadata = new MetadataService(iam.Transport, _metadata);
        return await metadata.ObtainAsync(Profile, cancellation);
    }
}
