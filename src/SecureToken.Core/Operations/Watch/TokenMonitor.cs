using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations.Watch;

/// <summary>
/// Watches tokens until it is told to end. Each round of questions has a network and a deadline of its own; the credential and its IAM
/// token serve as long as they are accepted, and are read again when they are not: a file with the key may have been replaced.
/// </summary>
/// <param name="credentials">Who we are.</param>
/// <param name="options">How to ask.</param>
internal sealed class TokenMonitor(CredentialOptions credentials, TransportOptions options) : IDisposable
{
    private readonly ServiceClient _client = ServiceClient.Open(credentials, options);

    /// <summary>Gets tokens, each verified.</summary>
    /// <returns>The tokens in the given order, to be disposed by the caller; or the first failure.</returns>
    public async Task<Result<IReadOnlyList<FetchedToken>>> FetchAsync(IReadOnlyList<TokenSettings> settings, CancellationToken cancellation)
    {
        using ServiceClient round = _client.NewRound();
        return await round.FetchAllAsync(settings, cancellation);
    }

    /// <summary>Watches until it is cancelled.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Null when it was cancelled; or what does not pass by waiting, found on the first look.</returns>
    public async Task<Failure?> RunAsync(IReadOnlyList<MonitoredToken> tokens, CancellationToken cancellation)
    {
        Failure? lasting = null;
        await new Poller(options.Clock).UntilAsync(LookAsync, Timeout.InfiniteTimeSpan, startsWithPause: false, cancellation);
        return lasting;

        async Task<PollStep> LookAsync()
        {
            lasting = await LookAtDueAsync([.. tokens.Where(token => token.Left <= TimeSpan.Zero)], cancellation);
            return lasting is null ? PollStep.After(tokens.Min(token => token.Left)) : PollStep.Done;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<Failure?> LookAtDueAsync(MonitoredToken[] due, CancellationToken cancellation)
    {
        if (due.Length == 0)
        {
            return null;
        }

        Failure?[] failures;
        using (ServiceClient round = _client.NewRound())
        {
            failures = await Task.WhenAll(due.Select(token => token.LookAsync(round, cancellation)));
        }

        if (Array.Exists(due, token => token.IsShutOut))
        {
            _client.Renew();
        }

        return Array.Find(failures, failure => failure is not null);
    }
}
