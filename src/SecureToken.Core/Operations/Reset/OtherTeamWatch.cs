using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Secrets;

namespace SecureToken.Core.Operations.Reset;

/// <summary>
/// Notices that the button was pressed in another team: reads the tokens of the other teams that the identity can read, one at a time, and
/// compares their fingerprints with those from before.
/// </summary>
/// <param name="client">The service.</param>
/// <param name="settings">The instance.</param>
/// <param name="own">The team whose token is awaited.</param>
/// <param name="environment">Reads environment variables.</param>
internal sealed class OtherTeamWatch(ServiceClient client, ResolvedSettings settings, Team own, Func<string, string?> environment)
{
    private const int MostTeams = 10;

    private readonly List<(Team Team, Fingerprint Before)> _teams = [];
    private int _next;

    /// <summary>Reads the tokens as they are before the reset. A team whose token cannot be read is not watched.</summary>
    public async Task BeginAsync(CancellationToken cancellation)
    {
        Result<IReadOnlyList<TeamEntry>> listed = await client.ListTeamsAsync(settings, cancellation);
        if (!listed.Succeeded(out IReadOnlyList<TeamEntry>? entries, out _))
        {
            return;
        }

        Team[] others =
            [.. entries.Where(entry => entry.Team.Id != own.Id && !entry.IsOfMonitoring).Take(MostTeams).Select(entry => entry.Team)];
        Fingerprint?[] fingerprints = await Task.WhenAll(others.Select(team => ReadAsync(team, cancellation)));
        for (int i = 0; i < others.Length; i++)
        {
            if (fingerprints[i] is { } before)
            {
                _teams.Add((others[i], before));
            }
        }
    }

    /// <summary>Looks at the next team.</summary>
    /// <returns>That its token was reset; null when it was not, or cannot be read now.</returns>
    public async Task<Failure?> LookAsync(CancellationToken cancellation)
    {
        if (_teams.Count == 0)
        {
            return null;
        }

        int index = _next++ % _teams.Count;
        (Team team, Fingerprint before) = _teams[index];
        if (await ReadAsync(team, cancellation) is not { } now || now == before)
        {
            return null;
        }

        _teams[index] = (team, now);
        return Failure.Of(DiagnosticDescriptors.OtherTeamReset, team, before, now, Copies(team), team.Id, own);
    }

    private string Copies(Team team)
    {
        IReadOnlyList<KnownCopy> copies = LedgerQueries.Find(environment) is { Failure: null } known
            ? known.Value.Of(settings.Endpoint, new InstanceSelector(settings.Instance), new TeamSelector(team.Id, team.Name))?.Copies ?? []
            : [];
        return copies.Count == 0
            ? "No copy of it is known on this machine."
            : $"Known copies that hold the old one: {string.Join(", ", copies.Take(3).Select(copy => copy.Place.Location))}"
                + (copies.Count > 3 ? $" and {copies.Count - 3} more." : ".");
    }

    private async Task<Fingerprint?> ReadAsync(Team team, CancellationToken cancellation)
    {
        Result<Token> read = await client.ReadAsync(settings, team, cancellation);
        if (read.Failure is not null)
        {
            return null;
        }

        using Token token = read.Value;
        return settings.ScopeOf(team).FingerprintOf(token.Utf8);
    }
}
