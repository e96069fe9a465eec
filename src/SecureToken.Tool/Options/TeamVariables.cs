using System.Security.Cryptography;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Model;
using SecureToken.Core.Processes;
using SecureToken.Core.Settings;

namespace SecureToken.Tool.Options;

/// <summary>A variable and the team whose token it gets.</summary>
/// <param name="Name">The name of the variable.</param>
/// <param name="Team">Which of the teams, from 0.</param>
internal readonly record struct TeamVariable(string Name, int Team)
{
    /// <summary>Gives the variable its value.</summary>
    public void Set(ChildEnvironment environment, ValueTemplate template, FetchedToken token)
    {
        byte[] value = template.Fill(token.Token.Utf8);
        environment.Set(Name, value);
        CryptographicOperations.ZeroMemory(value);
    }
}

/// <summary>Which variable gets the token of which team.</summary>
internal static class TeamVariables
{
    /// <summary>One team's token can be under several names; of several teams each has one name, and none is guessed.</summary>
    public static Result<IReadOnlyList<TeamVariable>> Pair(int teams, IReadOnlyList<string?> names)
    {
        if (teams > 1 && names.Count != teams)
        {
            return Failure.Of(DiagnosticDescriptors.NamesDoNotMatchTeams, teams, names.Count);
        }

        List<TeamVariable> variables = [];
        foreach (Result<string> name in names.Count == 0
            ? [ConfigurationKey.Default.ToEnvironmentName()] : names.Select(name => ConfigurationKey.ParseEnvironmentName(name!)))
        {
            if (!name.Succeeded(out string? checkedName, out Failure? failure))
            {
                return failure;
            }

            if (variables.Exists(earlier => earlier.Name == checkedName))
            {
                return Failure.Of(DiagnosticDescriptors.SettingsConflict, $"--name {checkedName}", $"the earlier --name {checkedName}");
            }

            variables.Add(new TeamVariable(checkedName, teams > 1 ? variables.Count : 0));
        }

        return variables;
    }
}
