using SecureToken.Core.Destinations;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Service;
using SecureToken.Core.Storage;

namespace SecureToken.Core.Operations;

/// <summary>What is to be finished. Which token and which destinations they are stands in the journal.</summary>
/// <param name="Reset">The unfinished reset.</param>
/// <param name="Credentials">Who we are.</param>
/// <param name="Transport">How to ask.</param>
public sealed record ResumePlan(UnfinishedReset Reset, CredentialOptions Credentials, TransportOptions Transport)
{
    /// <summary>Destinations of the settings at hand: they describe those that a journal can only name, such as a command.</summary>
    public IReadOnlyList<Destination> Given { get; init; } = [];

    /// <summary>How long things may take.</summary>
    public ResetTimes Times { get; init; } = new();

    /// <summary>Whether a journal names a destination that it cannot describe.</summary>
    public static bool NeedsSettings(UnfinishedReset reset)
    {
        ArgumentNullException.ThrowIfNull(reset);
        return reset.Record?.Places.Any(place => !DestinationBuilder.IsOfFile(place.Kind)) == true;
    }

    /// <summary>The one unfinished reset that is meant.</summary>
    /// <param name="unfinished">All of them.</param>
    /// <param name="team">The team, where the user names it.</param>
    /// <returns>It; or 718 when there is none, 719 when there are several.</returns>
    public static Result<UnfinishedReset> Choose(IReadOnlyList<UnfinishedReset> unfinished, TeamSelector? team)
    {
        ArgumentNullException.ThrowIfNull(unfinished);
        UnfinishedReset[] meant = [.. unfinished.Where(reset => team is null || reset.Record is not { } record
            || record.Team == team.ToString() || record.TeamId == team.Id || (record.TeamName is { } name && name == team.Name))];
        return meant switch
        {
            [] => Failure.Of(Known.NothingToResume, team is null ? string.Empty : $" of team {team}"),
            [var one] => one,
            _ => Failure.Of(Known.ResetAmbiguous, string.Join("; ", meant.Select(reset => reset.Record is { } record
                ? $"team {record.TeamName ?? record.Team} of instance {record.Instance} at {record.Endpoint}" : reset.Path))),
        };
    }
}
