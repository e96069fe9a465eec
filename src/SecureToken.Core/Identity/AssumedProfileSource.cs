using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Identity;

/// <summary>
/// An API key whose identity assumes a trusted profile. It is taken only where it is forced: a project that names the profile of its
/// pipeline is built with the API keys of people too, who cannot assume that profile.
/// </summary>
internal sealed class AssumedProfileSource : ICredentialSource
{
    public const string Kind = "iam-assume";

    public string Name => Kind;

    public string Needs =>
        $"it needs an API key ({new ApiKeySource().Needs}) and a trusted profile (--iam-profile, {TrustedProfile.Variables[0]})";

    public IEnumerable<string> Given(CredentialOptions options) => [];

    public Result<Credential?> Find(CredentialSearch search)
    {
        if (!search.IsForced)
        {
            return (Credential?)null;
        }

        Result<TrustedProfile?> profile = TrustedProfile.Find(search);
        Result<Credential?> key = profile is { Failure: null, Value: not null } ? new ApiKeySource().Find(search) : (Credential?)null;
        return (profile.Failure ?? key.Failure) is { } failure ? failure : Of(key.Value as ApiKeyCredential, profile.Value, null);
    }

    /// <summary>Null when one of the two is missing.</summary>
    public static Result<Credential?> Of(ApiKeyCredential? key, TrustedProfile? profile, string? account) =>
        key is null || profile is null ? (Credential?)null : new AssumedProfileCredential(key, profile, account);
}

/// <summary>A trusted profile that the identity of an API key assumes.</summary>
public sealed class AssumedProfileCredential : Credential
{
    private static readonly byte[] Grant = Encoding.ASCII.GetBytes("urn:ibm:params:oauth:grant-type:assume");
    private readonly ApiKeyCredential _key;
    private readonly string? _account;

    internal AssumedProfileCredential(ApiKeyCredential key, TrustedProfile profile, string? account)
        : base(AssumedProfileSource.Kind, $"{key.Source}, profile {profile}")
    {
        _key = key;
        _account = account;
        Profile = profile;
    }

    /// <summary>Whom it speaks for.</summary>
    public TrustedProfile Profile { get; }

    /// <summary>Where the API key came from.</summary>
    public string KeySource => _key.Source;

    /// <inheritdoc/>
    public override Fingerprint Fingerprint => Fingerprint.OfIdentity($"{_key.Fingerprint} {Profile}");

    internal override bool AsksIam => true;

    internal override Secret? Secret => _key.Key;

    internal override async Task<Result<IamToken>> ObtainAsync(IamClient iam, CancellationToken cancellation)
    {
        if (!(await _key.ObtainAsync(iam, cancellation)).Succeeded(out IamToken? own, out Failure? failure))
        {
            return failure;
        }

        using (own)
        {
            FormField[] form = [new("grant_type", Grant), new("access_token", own.Memory), .. FieldsOf(own)];
            return await iam.ExchangeAsync(form, own, this, cancellation);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _key.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>An id stands alone; a name is one of an account: the one that is given, else the API key's own.</summary>
    private FormField[] FieldsOf(IamToken own)
    {
        if (Profile.Id is { } id)
        {
            return [new("profile_id", Encoding.ASCII.GetBytes(id))];
        }

        var name = new FormField("profile_name", Encoding.ASCII.GetBytes(Profile.Name!));
        return (_account ?? IamClaims.AccountOf(own.Utf8)) is { } account
            ? [name, new("account", Encoding.ASCII.GetBytes(account))] : [name];
    }
}
