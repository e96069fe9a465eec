using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations;

/// <summary>Brings destinations to the current token: look, read the truth once, compare, write what differs, read back, report.</summary>
public static class Inject
{
    /// <summary>Injects. Nothing is requested when a destination may not be written, and nothing is written when the truth is not known.</summary>
    public static async Task<InjectReport> RunAsync(
        TokenSettings settings,
        CredentialOptions credentials,
        IReadOnlyList<Destination> destinations,
        TransportOptions options,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(destinations);
        Result<IReadOnlyList<Failure>>[] checks = [.. destinations.Select(destination => destination.Check())];
        if (Array.Exists(checks, check => check.Failure is not null))
        {
            return new InjectReport
            {
                Failure = checks.First(check => check.Failure is not null).Failure,
                Destinations = [.. destinations.Select((destination, i) => WithoutTruth(destination, checks[i]))],
            };
        }

        Result<FetchedToken> fetched = await Fetch.RunAsync(settings, credentials, options, cancellation).ConfigureAwait(false);
        if (!fetched.Succeeded(out FetchedToken? truth, out Failure? failure))
        {
            return new InjectReport
            {
                Failure = failure,
                Destinations = [.. destinations.Select((destination, i) => WithoutTruth(destination, checks[i]))],
            };
        }

        using (truth)
        {
            var reports = new DestinationReport[destinations.Count];
            for (int i = 0; i < reports.Length; i++)
            {
                Result<bool> written = destinations[i].Inject(truth.Token, cancellation);
                InjectOutcome outcome = written.Failure is not null ? InjectOutcome.Failed : written.Value ? InjectOutcome.Written : InjectOutcome.Unchanged;
                reports[i] = new DestinationReport(destinations[i], outcome, written.Failure, checks[i].Value);
            }

            return new InjectReport
            {
                Scope = truth.Scope,
                Fingerprint = truth.Fingerprint,
                CredentialSource = truth.CredentialSource,
                Warnings = truth.Warnings,
                Destinations = reports,
            };
        }
    }

    private static DestinationReport WithoutTruth(Destination destination, Result<IReadOnlyList<Failure>> check)
    {
        if (check.Failure is not null)
        {
            return new DestinationReport(destination, InjectOutcome.Failed, check.Failure, []);
        }

        Result<bool> holds = destination.HoldsToken();
        InjectOutcome outcome = holds.Failure is not null ? InjectOutcome.Failed : holds.Value ? InjectOutcome.Kept : InjectOutcome.Missing;
        return new DestinationReport(destination, outcome, holds.Failure, check.Value);
    }
}
