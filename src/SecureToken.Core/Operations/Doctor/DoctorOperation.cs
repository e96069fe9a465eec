using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Session;
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
        using ServiceClient client = ServiceClient.Open(subject.Credentials, subject.Transport);
        Credential? credential = DoctorIdentity.FindCredential(client, log);
        if (subject.Plans.Count == 0)
        {
            await LookAtIdentityAloneAsync(subject, client, log);
            return;
        }

        LedgerQueries known = LedgerQueries.Find(subject.Transport.Environment).Succeeded(out LedgerQueries? found, out _)
            ? found : new LedgerQueries([], []);
        foreach (IGrouping<Endpoint, InjectPlan> plans in subject.Plans.GroupBy(plan => plan.Settings.IamEndpoint))
        {
            ServerObservation? iam = await DoctorIdentity.ReachAsync(plans.Key, credential, subject.Transport, log);
            bool hasIamToken = await MintAsync(client, plans.Key, iam, log);
            var servers = new Dictionary<Endpoint, ServerObservation?>();
            bool isClockCompared = false;
            foreach (InjectPlan plan in plans)
            {
                // Each token has the whole time limit for itself.
                using ServiceClient round = client.NewRound();
                ResolvedSettings? settings = await ResolveAsync(plan.Settings, hasIamToken ? round : null, log);
                if (settings is not null && !servers.ContainsKey(settings.Endpoint))
                {
                    servers.Add(settings.Endpoint, await log.LookAsync<ServerObservation>(
                        "service", () => DoctorIdentity.LookAsync(settings.Endpoint, subject.Transport, log.Cancellation)));
                }

                if (!isClockCompared)
                {
                    isClockCompared = true;
                    DoctorClock.Compare(servers.Values.Prepend(iam), log);
                }

                bool isReached = settings is not null && servers[settings.Endpoint] is not null;
                FetchedToken? currentToken = await FetchAsync(settings, isReached, hasIamToken ? round : null, log);
                using TokenComparison comparison = TokenComparison.OfPlan(
                    settings is null ? plan : plan with { Settings = settings.Given }, known);
                if (currentToken is not null)
                {
                    comparison.Take(currentToken);
                }

                DoctorCopies.Look(plan, comparison, currentToken is not null, log);
            }
        }
    }

    /// <summary>Without complete settings there is still IAM to look at.</summary>
    private static async Task LookAtIdentityAloneAsync(DoctorSubject subject, ServiceClient client, DoctorLog log)
    {
        if (!ServiceHosts.Around(null, subject.Layers, subject.Trust).Succeeded(out ServiceHosts? hosts, out _))
        {
            log.Skip("IAM", "an IAM endpoint that may be asked");
            return;
        }

        ServerObservation? iam = await DoctorIdentity.ReachAsync(hosts.Iam, client.Credential, subject.Transport, log);
        await MintAsync(client, hosts.Iam, iam, log);
        DoctorClock.Compare([iam], log);
        log.Skip("service", "complete settings");
    }

    private static async Task<bool> MintAsync(ServiceClient client, Endpoint iam, ServerObservation? reached, DoctorLog log)
    {
        if (client.Credential is null || (client.Credential.AsksIam && reached is null))
        {
            log.Skip("IAM token", client.Credential is null ? "a credential" : "IAM");
            return false;
        }

        using ServiceClient round = client.NewRound();
        return await DoctorIdentity.MintAsync(round, iam, log) is not null;
    }

    private static async Task<ResolvedSettings?> ResolveAsync(TokenSettings settings, ServiceClient? client, DoctorLog log)
    {
        if (ResolvedSettings.Of(settings) is { } resolved)
        {
            return resolved;
        }

        if (client is null)
        {
            log.Skip("instance name", "an IAM token");
            log.Skip("service", "the instance");
            return null;
        }

        return await DoctorService.ResolveAsync(settings, client, log);
    }

    private static async Task<FetchedToken?> FetchAsync(ResolvedSettings? settings, bool isReached, ServiceClient? client, DoctorLog log)
    {
        if (settings is null || !isReached || client is null)
        {
            log.Skip("instance, team and token", settings is null ? "the instance" : isReached ? "an IAM token" : "the service");
            return null;
        }

        var service = new DoctorService(settings, client, log);
        if (await service.ListTeamsAsync() is not { } visible)
        {
            log.Skip("team and token", "the instance");
            return null;
        }

        if (await service.FindTeamAsync(visible) is not { } team)
        {
            log.Skip("token", "the team");
            return null;
        }

        if (await service.FetchAsync(team) is not { } token)
        {
            log.Skip("proof of team", "the token");
            return null;
        }

        FetchedToken? currentToken = await service.ProveAsync(token, team);
        await service.AskOpenQuestionsAsync(team, token, visible);
        if (currentToken is null)
        {
            token.Dispose();
        }

        return currentToken;
    }
}
