using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations.Watch;

/// <summary>
/// Keeps vigils until it is told to end. Each round of questions has a network and a deadline of its own; the credential and its IAM token
/// serve as long as they are accepted, and are read anew when they are not: a file with the key may have been replaced.
/// </summary>
/// <param name="credentials">Who we are.</param>
/// <param name="options">How to ask.</param>
internal sealed class TokenMonitor(CredentialOptions credentials, TransportOptions options) : IDisposable
{
    private Credential? _credential;
    private IamSessions? _sessions;

    /// <summary>Gets tokens, each proven, with the credential of the vigils to come.</summary>
    /// <returns>The tokens in the given order, to be disposed by the caller; or the first failure.</returns>
    public async Task<Result<IReadOnlyList<FetchedToken>>> FetchAsync(IReadOnlyList<TokenSettings> settings, CancellationToken cancellation)
    {
        using ServiceAccess service = Open();
        return await Fetch.RunAsync(settings, service, cancellation).ConfigureAwait(false);
    }

    /// <summary>Keeps vigils until it is cancelled.</summary>
    /// <param name="vigils">The vigils.</param>
    /// <param name="cancellation">Ends them.</param>
    /// <returns>Null when it was; or what does not pass by waiting, found on the first look.</returns>
    public async Task<Failure?> RunAsync(IReadOnlyList<MonitoredToken> vigils, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            if (await LookAsync([.. vigils.Where(vigil => vigil.Left <= TimeSpan.Zero)], cancellation).ConfigureAwait(false) is { } failure)
            {
                return failure;
            }

            TimeSpan left = vigils.Min(vigil => vigil.Left);
            if (left > TimeSpan.Zero)
            {
                await Task.Delay(left, options.Clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sessions?.Dispose();
        _credential?.Dispose();
    }

    private async Task<Failure?> LookAsync(MonitoredToken[] due, CancellationToken cancellation)
    {
        if (due.Length == 0)
        {
            return null;
        }

        Failure?[] failures;
        using (ServiceAccess service = Open())
        {
            failures = await Task.WhenAll(due.Select(vigil => vigil.LookAsync(service, cancellation))).ConfigureAwait(false);
        }

        if (Array.Exists(due, vigil => vigil.IsShutOut))
        {
            Renew();
        }

        return Array.Find(failures, failure => failure is not null);
    }

    private ServiceAccess Open()
    {
        Failure? noCredential = null;
        if (_credential is null)
        {
            CredentialFinder.Find(credentials, options.Environment, options.Clock).Succeeded(out _credential, out noCredential);
        }

        _sessions ??= _credential is null ? null : new IamSessions(_credential, options.Clock);
        return new ServiceAccess(_credential, noCredential, options, _sessions);
    }

    /// <summary>What came on standard input cannot be read a second time; only what IAM said of it is forgotten.</summary>
    private void Renew()
    {
        _sessions?.Dispose();
        _sessions = null;
        if (!credentials.ApiKeyStdin && !credentials.IamTokenStdin)
        {
            _credential?.Dispose();
            _credential = null;
        }
    }
}
