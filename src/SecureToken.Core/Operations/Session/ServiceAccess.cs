using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Secrets;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations.Session;

/// <summary>
/// The way to the service that all tokens of a run share: one credential, one network, one IAM token. The network is opened when the first
/// of them asks, and what speaks to it is not even loaded before.
/// </summary>
/// <param name="credential">Who we are; null when there is no credential. It stays the caller's.</param>
/// <param name="noCredential">Why there is none.</param>
/// <param name="options">How to ask.</param>
/// <param name="lasting">The IAM tokens of the credential that outlive this run; they stay the caller's. Null for some of its own.</param>
internal sealed class ServiceAccess(Credential? credential, Failure? noCredential, TransportOptions options, IamSessions? lasting = null) : IDisposable
{
    private readonly Lazy<Transport> _transport = new(() => new Transport(options));
    private readonly IamSessions? _own = credential is null || lasting is not null ? null : new IamSessions(credential, options.Clock);
    private readonly NamedInstances _names = new(options);

    /// <summary>Who we are, or null.</summary>
    public Credential? Credential => credential;

    /// <summary>The network.</summary>
    public Transport Transport => _transport.Value;

    /// <summary>Opens the connections of a token that will be asked for in any case, while the caller does something else.</summary>
    public void OpenAhead(TokenSettings settings)
    {
        if (credential is not null)
        {
            Fetch.OpenAhead(settings, SessionOf(settings.IamEndpoint), Transport);
        }
    }

    /// <summary>The settings with the instance that their name means; settings without a name come back as they are.</summary>
    public async Task<Result<TokenSettings>> ResolveAsync(TokenSettings settings, Sharing? sharing, CancellationToken cancellation) =>
        settings.Instance.Name is null ? settings
        : credential is null ? noCredential!
        : await _names.ResolveAsync(settings, sharing, SessionOf(settings.IamEndpoint), Transport, cancellation).ConfigureAwait(false);

    /// <summary>Reads the current token once.</summary>
    public async Task<Result<FetchedToken>> FetchAsync(TokenSettings settings, Func<TokenScope, Fingerprint, DateTimeOffset?> hasProven, CancellationToken cancellation) =>
        credential is null ? noCredential!
        : (await ResolveAsync(settings, null, cancellation).ConfigureAwait(false)).Succeeded(out TokenSettings? settled, out Failure? failure)
            ? await Fetch.RunAsync(settled, SessionOf(settled.IamEndpoint), Transport, hasProven, cancellation).ConfigureAwait(false)
        : failure;

    /// <inheritdoc/>
    public void Dispose()
    {
        _own?.Dispose();
        if (_transport.IsValueCreated)
        {
            _transport.Value.Dispose();
        }
    }

    private IamSession SessionOf(Endpoint iam) => (lasting ?? _own)!.Of(iam);
}
