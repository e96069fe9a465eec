using SecureToken.Core.Secrets;

namespace SecureToken.Core.Identity;

/// <summary>What proves who we are to IAM, and where it came from.</summary>
public abstract class Credential : IDisposable
{
    private protected Credential(string source) => Source = source;

    /// <summary>Where it came from, for messages: an option, a variable's name, a path.</summary>
    public string Source { get; }

    /// <summary>A mark that tells one credential from another.</summary>
    public abstract Fingerprint Mark { get; }

    /// <summary>Whether it can be exchanged for another IAM token when one has ended or is refused.</summary>
    public abstract bool IsRenewable { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Zeroes the secret.</summary>
    protected abstract void Dispose(bool disposing);
}

/// <summary>An API key, exchanged for an IAM token.</summary>
public sealed class ApiKeyCredential : Credential
{
    internal ApiKeyCredential(ApiKey key, string source)
        : base(source) => Key = key;

    /// <summary>The key.</summary>
    public ApiKey Key { get; }

    /// <inheritdoc/>
    public override Fingerprint Mark => Fingerprint.OfCredential(Key);

    /// <inheritdoc/>
    public override bool IsRenewable => true;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => Key.Dispose();
}

/// <summary>An IAM token that the user already has.</summary>
public sealed class IamTokenCredential : Credential
{
    internal IamTokenCredential(IamToken token, string source)
        : base(source) => Token = token;

    /// <summary>The IAM token.</summary>
    public IamToken Token { get; }

    /// <inheritdoc/>
    public override Fingerprint Mark => Fingerprint.OfCredential(Token);

    /// <inheritdoc/>
    public override bool IsRenewable => false;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => Token.Dispose();
}
