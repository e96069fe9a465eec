using System.Globalization;
using SecureToken.Core.Diagnostics;

namespace SecureToken.Core.Model;

/// <summary>A team as the user names it: by its id or by its name.</summary>
/// <param name="Id">The integer id, or null when it is named.</param>
/// <param name="Name">The name, or null when the id is given.</param>
public sealed record TeamSelector(long? Id, string? Name)
{
    /// <summary>No team in particular: for what concerns the instance alone.</summary>
    public static TeamSelector Any { get; } = new(null, null);

    /// <summary>Digits are an id, everything else is a name.</summary>
    public static Result<TeamSelector> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string trimmed = text.Trim();
        if (long.TryParse(trimmed, NumberStyles.None, CultureInfo.InvariantCulture, out long id))
        {
            return id > 0
                ? new TeamSelector(id, null) : Failure.Of(DiagnosticDescriptors.TeamInvalid, trimmed, "an id is a positive integer");
        }

        return trimmed.Length is 0 or > 256 || trimmed.Any(char.IsControl)
            ? Failure.Of(
                DiagnosticDescriptors.TeamInvalid, PrintableText.Of(trimmed, 80),
                "a name has 1 to 256 characters and no line end")
            : new TeamSelector(null, trimmed);
    }

    /// <summary>Whether a team is the one that is meant.</summary>
    public bool Means(Team team)
    {
        ArgumentNullException.ThrowIfNull(team);
        return (Id is null || Id == team.Id) && (Name is null || Name == team.Name);
    }

    /// <summary>The id or the name.</summary>
    public override string ToString() => Name ?? Id?.ToString(CultureInfo.InvariantCulture) ?? "any";
}

/// <summary>A team as the service knows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name, if the service reported it.</param>
public sealed record Team(long Id, string? Name)
{
    /// <summary>Name and id, or the id alone.</summary>
    public override string ToString() =>
        Name is null ? Id.ToString(CultureInfo.InvariantCulture) : $"{Name} ({Id.ToString(CultureInfo.InvariantCulture)})";
}

/// <summary>A team as a list of the service shows it.</summary>
/// <param name="Team">The team.</param>
/// <param name="IsDefault">Whether it answers when a request names none.</param>
/// <param name="IsOfMonitoring">Whether it says that it is for Monitoring alone.</param>
public sealed record TeamEntry(Team Team, bool IsDefault, bool IsOfMonitoring);
