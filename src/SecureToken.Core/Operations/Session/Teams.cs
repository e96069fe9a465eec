using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Service;
using SecureToken.Core.Settings;

namespace SecureToken.Core.Operations.Session;

/// <summary>A team, and whether its token can be read.</summary>
/// <param name="Entry">The team.</param>
/// <param name="Refusal">Why its token cannot be read; null when it can.</param>
public sealed record TeamAccess(TeamEntry Entry, Failure? Refusal);

/// <summary>The teams of an instance.</summary>
/// <param name="Endpoint">The endpoint.</param>
/// <param name="Instance">The instance.</param>
/// <param name="All">The teams that the identity is a member of, by name.</param>
/// <param name="CredentialSource">Where the credential came from.</param>
public sealed record TeamList(Endpoint Endpoint, Instance Instance, IReadOnlyList<TeamAccess> All, string CredentialSource);

/// <summary>Lists the teams of an instance, and finds out of each whether its token can be read. No token is kept.</summary>
public static class Teams
{
    /// <summary>An instance can have hundreds of teams, and its service is to stay in peace.</summary>
    private const int AtOnce = 8;

    /// <summary>Lists.</summary>
    /// <param name="settings">Which instance; its team, if it names one, is the only one that is listed.</param>
    /// <param name="credentials">Who we are.</param>
    /// <param name="options">How to ask.</param>
    /// <param name="cancellation">Ends the waits.</param>
    public static async Task<Result<TeamList>> RunAsync(
        TokenSettings settings, CredentialOptions credentials, TransportOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        using ServiceClient client = ServiceClient.Open(credentials, options);
        return (await client.ResolveAsync(settings, null, cancellation)).Succeeded(out ResolvedSettings? resolved, out Failure? failure)
            ? await ListAsync(resolved, client, cancellation)
            : failure;
    }

    private static async Task<Result<TeamList>> ListAsync(ResolvedSettings settings, ServiceClient client, CancellationToken cancellation)
    {
        client.OpenAhead(settings.Given);
        Result<IReadOnlyList<TeamEntry>> listed = await client.ListTeamsAsync(settings, cancellation);
        if (!listed.Succeeded(out IReadOnlyList<TeamEntry>? entries, out Failure? failure))
        {
            return client.Credential is null ? failure : await client.ExplainAsync(failure, settings, cancellation);
        }

        TeamEntry[] wanted =
            [.. entries.Where(entry => settings.Team.Means(entry.Team))
                .OrderBy(entry => entry.Team.Name, StringComparer.OrdinalIgnoreCase)];
        if (wanted.Length == 0 && settings.Team != TeamSelector.Any)
        {
            return ServiceDiagnosis.UnknownTeam(settings.Endpoint, settings.Instance, settings.Team, entries);
        }

        var access = new TeamAccess[wanted.Length];
        await Parallel.ForAsync(0, wanted.Length, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) =>
        {
            ResolvedSettings one = settings with { Team = new TeamSelector(wanted[i].Team.Id, null) };
            Result<FetchedToken> fetched = await client.FetchPlainAsync(one, cancellation);
            access[i] = new TeamAccess(wanted[i], fetched.Failure);
            if (fetched.Failure is null)
            {
                fetched.Value.Dispose();
            }
        });
        return new TeamList(
            settings.Endpoint, settings.Instance, await ExplainAsync(access, settings, client, cancellation),
            client.Credential!.ToString());
    }

    /// <summary>What the service does not tell apart is looked up once, for all teams that it was said of.</summary>
    private static async Task<IReadOnlyList<TeamAccess>> ExplainAsync(
        TeamAccess[] access, ResolvedSettings settings, ServiceClient client, CancellationToken cancellation)
    {
        if (access.FirstOrDefault(IsVague)?.Refusal is not { } vague)
        {
            return access;
        }

        Failure explained = await client.ExplainAsync(vague, settings, cancellation);
        return [.. access.Select(team => IsVague(team) && explained != vague ? team with { Refusal = explained } : team)];
    }

    private static bool IsVague(TeamAccess team) => team.Refusal?.Descriptor == DiagnosticDescriptors.NotEnoughPrivileges;
}
