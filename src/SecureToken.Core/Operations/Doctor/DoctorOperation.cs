using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Status;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations.Doctor;

/// <summary>
/// Goes every step from the settings to a written copy, and says of each what was found. It writes nothing, and what it asks of the
/// service is only read.
/// </summary>
public static class DoctorOperation
{
    /// <summary>Examines what the settings name.</summary>
    /// <param name="subject">What is examined.</param>
    /// <param name="log">Where the steps go; those of the settings are in it already.</param>
    /// <exception cref="OperationCanceledException">A signal came.</exception>
    public static async Task RunAsync(DoctorSubject subject, DoctorLog log)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(log);
        DoctorMachine.Look(subject.Transport.Environment, log);
        using Credential? credential = DoctorIdentity.FindCredential(subject, log);
        if (subject.Plans.Count == 0)
        {
            await OfIdentityAloneAsync(subject, credential, log).ConfigureAwait(false);
            return;
        }

        LedgerQueries known = LedgerQueries.Find(subject.Transport.Environment).Succeeded(out LedgerQueries? found, out _) ? found : new LedgerQueries([], []);
        foreach (IGrouping<Endpoint, InjectPlan> plans in subject.Plans.GroupBy(plan => plan.Settings.IamEndpoint))
        {
            ServerObservation? iam = await DoctorIdentity.ReachAsync(plans.Key, credential, subject.Transport, log).ConfigureAwait(false);
            using IamSession? session = credential is null || (credential.AsksIam && iam is null) ? null : new IamSession(credential, plans.Key, subject.Transport.Clock);
            bool hasIamToken = await MintAsync(session, credential, subject.Transport, log).ConfigureAwait(false);
            var servers = new Dictionary<Endpoint, ServerObservation?>();
            bool isClockCompared = false;
            foreach (InjectPlan plan in plans)
            {
                // Each token has the whole time limit for itself.
                using var transport = new Transport(subject.Transport);
                TokenSettings? settings = await ResolveAsync(plan.Settings, hasIamToken ? session : null, transport, log).ConfigureAwait(false);
                if (settings is not null && !servers.ContainsKey(settings.Endpoint))
                {
                    servers.Add(settings.Endpoint, await log.LookAsync<ServerObservation>("service", () => DoctorIdentity.LookAsync(settings.Endpoint, subject.Transport, log.Cancellation)).ConfigureAwait(false));
                }

                if (!isClockCompared)
                {
                    isClockCompared = true;
                    DoctorClock.Compare(servers.Values.Prepend(iam), log);
                }

                bool isReached = settings is not null && servers[settings.Endpoint] is not null;
                FetchedToken? currentToken = await FetchAsync(settings, isReached, hasIamToken ? session : null, transport, log).ConfigureAwait(false);
                using TokenComparison comparison = TokenComparison.OfPlan(settings is null ? plan : plan with { Settings = settings }, known);
                if (currentToken is not null)
                {
                    comparison.Take(currentToken, credential);
                }

                DoctorCopies.Look(plan, comparison, currentToken is not null, log);
            }
        }
    }

    /// <summary>Without complete settings there is still IAM to look at.</summary>
    private static async Task OfIdentityAloneAsync(DoctorSubject subject, Credential? credential, DoctorLog log)
    {
        if (!ServiceHosts.Around(null, subject.Layers, subject.Trust).Succeeded(out ServiceHosts? hosts, out _))
        {
            log.Skip("IAM", "an IAM endpoint that may be asked");
            return;
        }

        ServerObservation? iam = await DoctorIdentity.ReachAsync(hosts.Iam, credential, subject.Transport, log).ConfigureAwait(false);
        using IamSession? session = credential is null || (credential.AsksIam && iam is null) ? null : new IamSession(credential, hosts.Iam, subject.Transport.Clock);
        await MintAsync(session, credential, subject.Transport, log).ConfigureAwait(false);
        DoctorClock.Compare([iam], log);
        log.Skip("service", "complete settings");
    }

    private static async Task<bool> MintAsync(IamSession? session, Credential? credential, TransportOptions options, DoctorLog log)
    {
        if (session is null)
        {
            log.Skip("IAM token", credential is null ? "a credential" : "IAM");
            return false;
        }

        using var transport = new Transport(options);
        return await DoctorIdentity.MintAsync(session, transport, log).ConfigureAwait(false) is not null;
    }

    private static async Task<TokenSettings?> ResolveAsync(TokenSettings settings, IamSession? session, Transport transport, DoctorLog log)
    {
        if (settings.Instance.Name is null)
        {
            return settings;
        }

        if (session is null)
        {
            log.Skip("instance name", "an IAM token");
            log.Skip("service", "the instance");
            return null;
        }

        return await DoctorService.ResolveAsync(settings, session, transport, log).ConfigureAwait(false);
    }

    private static async Task<FetchedToken?> FetchAsync(TokenSettings? settings, bool isReached, IamSession? session, Transport transport, DoctorLog log)
    {
        if (settings is null || !isReached || session is null)
        {
            log.Skip("instance, team and token", settings is null ? "the instance" : isReached ? "an IAM token" : "the service");
            return null;
        }

        var service = new DoctorService(settings, session, transport, log);
        if (await service.ListTeamsAsync().ConfigureAwait(false) is not { } visible)
        {
            log.Skip("team and token", "the instance");
            return null;
        }

        if (await service.FindTeamAsync(visible).ConfigureAwait(false) is not { } team)
        {
            log.Skip("token", "the team");
            return null;
        }

        if (await service.FetchAsync(team).ConfigureAwait(false) is not { } token)
        {
            log.Skip("proof of team", "the token");
            return null;
        }

        FetchedToken? currentToken = await service.ProveAsync(token, team).ConfigureAwait(false);
        await service.AskOpenQuestionsAsync(team, token, visible).ConfigureAwait(false);
        if (currentToken is null)
        {
            token.Dispose();
        }

        return currentToken;
    }
}
