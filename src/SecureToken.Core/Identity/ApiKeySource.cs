using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Identity;

/// <summary>An API key: an option, then the variables.</summary>
internal sealed class ApiKeySource : ICredentialSource
{
    public const string Kind = "api-key";

    public string Name => Kind;

    public string Needs => $"none of {string.Join(", ", CredentialVariables.ApiKey)} is set";

    public IEnumerable<string> Given(CredentialOptions options)
    {
        if (options.ApiKeyFile is not null)
        {
            yield return "--api-key-file";
        }

        if (options.ApiKeyStdin)
        {
            yield return "--api-key-stdin";
        }

        if (options.ApiKeyVariable is not null)
        {
            yield return "SecureTokenApiKeyVariable";
        }
    }

    public Result<Credential?> Find(CredentialSearch search)
    {
        CredentialOptions options = search.Options;
        return options.ApiKeyFile is { } path ? CredentialValue.FromFile<Credential?>(path, path, Of)
            : options.ApiKeyStdin ? CredentialValue.FromStream<Credential?>(options.OpenStandardInput, "standard input", Of)
            : options.ApiKeyVariable is { } named
                ? CredentialValue.FromNamedVariable<Credential?>(named, "SecureTokenApiKeyVariable", search, Of)
            : search.FirstSet(CredentialVariables.ApiKey) is { } name ? CredentialValue.FromVariable<Credential?>(name, search, Of)
            : (Credential?)null;
    }

    public static Result<Credential?> Of(ReadOnlySpan<byte> utf8, string source) =>
        CredentialText.ReadApiKey(utf8, source).Succeeded(out ApiKey? key, out Failure? failure)
            ? new ApiKeyCredential(key, source) : failure;
}

/// <summary>An API key, exchanged for an IAM token.</summary>
public sealed class ApiKeyCredential : Credential
{
    private static readonly byte[] Grant = Encoding.ASCII.GetBytes("urn:ibm:params:oauth:grant-type:apikey");
    private static readonly byte[] ResponseType = Encoding.ASCII.GetBytes("cloud_iam");

    internal ApiKeyCredential(ApiKey key, string source)
        : base(ApiKeySource.Kind, source) => Key = key;

    /// <summary>The key.</summary>
    public ApiKey Key { get; }

    /// <inheritdoc/>
    public override Fingerprint Fingerprint => Fingerprint.OfCredential(Key);

    internal override bool AsksIam => true;

    internal override Secret? Secret => Key;

    internal override Task<Result<IamToken>> ObtainAsync(IamClient iam, CancellationToken cancellation) =>
        iam.ExchangeAsync(
            [new("grant_type", Grant), new("response_type", ResponseType), new("apikey", Key.Memory)], Key, this, cancellation);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Key.Dispose();
        base.Dispose(disposing);
    }
}
