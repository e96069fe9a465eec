namespace SecureToken.Emulator.State;

/// <summary>The teams of the instance: at least one, exactly one default, no two alike.</summary>
internal sealed class TeamList
{
    private static readonly EmulatorTeam Predefined = new("Secure Operations", 30785, IsDefault: true);

    public TeamList(IReadOnlyList<EmulatorTeam> teams)
    {
        ArgumentNullException.ThrowIfNull(teams);
        All = WithDefault(teams);
        foreach (var team in All)
        {
            // A line break in a name would escape from the comment line that a shell may source.
            var isPrintable = !string.IsNullOrWhiteSpace(team.Name) && !team.Name.Any(char.IsControl);
            Require(isPrintable, "A team needs a name without control characters.");
            Require(team.Id > 0, "A team id is a positive integer.");
        }

        Require(All.Select(team => team.Id).Distinct().Count() == All.Count, "Two teams have the same id.");
        Require(All.Select(team => team.Name).Distinct(StringComparer.Ordinal).Count() == All.Count, "Two teams have the same name.");
        Require(All.Count(team => team.IsDefault) == 1, "Only one team can be the default one.");
        Default = All.Single(team => team.IsDefault);
    }

    public IReadOnlyList<EmulatorTeam> All { get; }

    public EmulatorTeam Default { get; }

    public EmulatorTeam? ById(int id) => All.FirstOrDefault(team => team.Id == id);

    public EmulatorTeam? ByName(string name) => All.FirstOrDefault(team => string.Equals(team.Name, name, StringComparison.Ordinal));

    private static EmulatorTeam[] WithDefault(IReadOnlyList<EmulatorTeam> teams)
    {
        if (teams.Any(team => team.IsDefault))
        {
            return [.. teams];
        }

        var taken = teams.FirstOrDefault(team => team.Id == Predefined.Id || team.Name == Predefined.Name);
        return taken is null
            ? [.. teams, Predefined]
            : [.. teams.Select(team => ReferenceEquals(team, taken) ? team with { IsDefault = true } : team)];
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new ArgumentException(message);
        }
    }
}
