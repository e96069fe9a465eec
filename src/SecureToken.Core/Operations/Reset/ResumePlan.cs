using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Settings;
using SecureToken.Core.State;

namespace SecureToken.Core.Operations.Reset;

/// <summary>What is to be finished. Which token and which destinations they are stands in the journal.</summary>
/// <param name="Reset">The unfinished reset.</param>
/// <param name="Credentials">Who we are.</param>
/// <param name="Transport">How to ask.</param>
public sealed record ResumePlan(UnfinishedReset Reset, CredentialOptions Credentials, TransportOptions Transport)
{
    /// <summary>Destinations of the settings at hand: they describe those that a journal can only name, such as a command.</summary>
    public IReadOnlyList<Destination> Given { get; init; } = [];

    /// <summary>How strictly it is verified that the token is the team's; no journal says it.</summary>
    public VerifyMode Verify { get; init; }

    /// <summary>How long things may take.</summary>
    public ResetTimes Times { get; init; } = new();

    /// <summary>Whether a journal names a destination that it cannot describe.</summary>
    public static bool NeedsSettings(UnfinishedReset reset)
    {
        ArgumentNullException.ThrowIfNull(reset);
        return reset.Record?.Places.Any(place => !DestinationBuilder.IsOfFile(place.Kind)) == true;
    }

    /// <summary>
    /// The one unfinished reset that is meant. One that runs now, in another terminal, is nobody's choice where there is another.
    /// </summary>
    /// <param name="unfinished">All of them.</param>
    /// <param name="choice">What the user says of it.</param>
    /// <returns>It; or 718 when there is none, 719 when there are several.</returns>
    public static Result<UnfinishedReset> Choose(IReadOnlyList<UnfinishedReset> unfinished, ResumeChoice choice)
    {
        ArgumentNullException.ThrowIfNull(unfinished);
        ArgumentNullException.ThrowIfNull(choice);
        UnfinishedReset[] meant = [.. unfinished.Where(choice.Fits)];
        UnfinishedReset[] dead = [.. meant.Where(reset => !reset.IsRunning)];
        return (dead.Length > 0 ? dead : meant) switch
        {
            [] => Failure.Of(DiagnosticDescriptors.NothingToResume, choice),
            [var one] => one,
            var several =>
                Failure.Of(DiagnosticDescriptors.ResetAmbiguous, string.Join("; ", several.Select(reset => reset.Record is { } record
                ? $"team {record.TeamName ?? record.Team} of instance {record.Instance} at {record.Endpoint}" : reset.Path))),
        };
    }
}

/// <summary>What a user says of the reset that is to be resumed; null is whichever.</summary>
/// <param name="Team">Its team.</param>
/// <param name="Instance">Its instance.</param>
/// <param name="Endpoint">Its endpoint.</param>
public sealed record ResumeChoice(TeamSelector? Team = null, InstanceSelector? Instance = null, Endpoint? Endpoint = null)
{
    /// <summary>Whether a reset may be the one; a damaged journal may be any.</summary>
    public bool Fits(UnfinishedReset reset)
    {
        ArgumentNullException.ThrowIfNull(reset);
        return reset.Record is not { } record
            || ((Team is null || record.Team == Team.ToString() || record.TeamId == Team.Id
            || (record.TeamName is { } name && name == Team.Name))
                && (Instance is null || record.Instance == Instance.Known?.Id)
                && (Endpoint is null || record.Endpoint == Endpoint.ToString()));
    }

    /// <summary>For a message.</summary>
    public override string ToString() =>
        (Team is null ? string.Empty : $" of team {Team}") + (Instance is null ? string.Empty : $" of instance {Instance}")
            + (Endpoint is null ? string.Empty : $" at {Endpoint}");
}
