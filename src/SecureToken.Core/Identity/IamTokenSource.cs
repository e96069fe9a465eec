using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Identity;

/// <summary>An IAM token that the user already has: an option, then the variables.</summary>
internal sealed class IamTokenSource : ICredentialSource
{
    public const string Kind = "iam-token";

    public string Name => Kind;

    public string Needs => $"none of {string.Join(", ", CredentialVariables.IamToken)} is set";

    public IEnumerable<string> Given(CredentialOptions options)
    {
        if (options.IamTokenFile is not null)
        {
            yield return "--iam-token-file";
        }

        if (options.IamTokenStdin)
        {
            yield return "--iam-token-stdin";
        }

        if (options.IamTokenVariable is not null)
        {
            yield return "SecureTokenIamTokenVariable";
        }
    }

    public Result<Credential?> Find(CredentialSearch search)
    {
        CredentialOptions options = search.Options;
        return options.IamTokenFile is { } path ? CredentialValue.FromFile<Credential?>(path, path, Read)
            : options.IamTokenStdin ? CredentialValue.FromStream<Credential?>(options.OpenStandardInput, "standard input", Read)
            : options.IamTokenVariable is { } named
                ? CredentialValue.FromNamedVariable<Credential?>(named, "SecureTokenIamTokenVariable", search, Read)
            : search.FirstSet(CredentialVariables.IamToken) is { } name ? CredentialValue.FromVariable<Credential?>(name, search, Read)
            : (Credential?)null;

        Result<Credential?> Read(ReadOnlySpan<byte> utf8, string source) => Of(utf8, source, search.Clock);
    }

    public static Result<Credential?> Of(ReadOnlySpan<byte> utf8, string source, TimeProvider clock) =>
        CredentialText.ReadIamToken(utf8, source, clock).Succeeded(out IamToken? token, out Failure? failure)
            ? new IamTokenCredential(token, source) : failure;
}

/// <summary>A given IAM token. It cannot be renewed.</summary>
public sealed class IamTokenCredential : Credential
{
    internal IamTokenCredential(IamToken token, string source)
        : base(IamTokenSource.Kind, source) => Token = token;

    /// <summary>The IAM token.</summary>
    public IamToken Token { get; }

    /// <inheritdoc/>
    public override Fingerprint Fingerprint => Fingerprint.OfCredential(Token);

    /// <inheritdoc/>
    public override bool IsRenewable => false;

    internal override Task<Result<IamToken>> ObtainAsync(IamClient iam, CancellationToken cancellation) =>
        Task.FromResult<Result<IamToken>>(new IamToken(Token.Utf8, Token.ExpiresAt));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Token.Dispose();
        base.Dispose(disposing);
    }
}
