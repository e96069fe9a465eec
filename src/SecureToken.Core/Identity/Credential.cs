using SecureToken.Core.Diagnostics;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Identity;

/// <summary>What proves who we are to IAM, and where it came from.</summary>
public abstract class Credential : IDisposable
{
    private protected Credential(string kind, string source)
    {
        Kind = kind;
        Source = source;
    }

    /// <summary>The name of its kind, as <c>--credential</c> takes it.</summary>
    public string Kind { get; }

    /// <summary>Where it came from, for messages: an option, a variable's name, a path.</summary>
    public string Source { get; }

    /// <summary>A fingerprint that tells one credential from another.</summary>
    public abstract Fingerprint Fingerprint { get; }

    /// <summary>Whether it can be exchanged for another IAM token when one has ended or is refused.</summary>
    public virtual bool IsRenewable => true;

    /// <summary>Whether it is IAM itself that gives the IAM token.</summary>
    internal virtual bool AsksIam => false;

    /// <summary>What is secret in it for good, or null where it is asked for anew each time.</summary>
    internal virtual Secret? Secret => null;

    /// <summary>Source and kind.</summary>
    public sealed override string ToString() => $"{Source} ({Kind})";

    /// <summary>An IAM token of it; the caller disposes it.</summary>
    internal abstract Task<Result<IamToken>> ObtainAsync(IamClient iam, CancellationToken cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Zeroes the secret, where it holds one.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
