using System.Globalization;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Session;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Output;

/// <summary>The teams: a table for a person, one JSON object for a program.</summary>
internal static class TeamWriter
{
    private const string Gap = "  ";

    public static void Write(TeamList list, ToolConsole console)
    {
        string[][] rows = [["ID", "NAME", "DEFAULT", "TOKEN"], .. list.All.Select(Row)];
        int id = rows.Max(row => row[0].Length);
        int name = rows.Max(row => row[1].Length);
        console.Print(
            rows.Select(row => new PrintedLine($"{row[0].PadLeft(id)}{Gap}{row[1].PadRight(name)}{Gap}{row[2],-7}{Gap}{row[3]}")));
        if (list.All.Count == 0)
        {
            console.Say($"The identity is not a member of any team of instance {list.Instance} at {list.Endpoint}.");
        }

        foreach (Failure refusal in list.All.Select(team => team.Refusal).OfType<Failure>().DistinctBy(refusal => refusal.Code))
        {
            console.Warn(refusal);
        }
    }

    public static ReadOnlySpan<byte> Json(string command, TeamList list) =>
        JsonReportWriter.Of(command, 0, json =>
        {
            json.WriteString("endpoint", list.Endpoint.ToString());
            json.WriteString("instance", list.Instance.Id);
            json.WriteStartArray("teams");
            foreach (TeamAccess team in list.All)
            {
                json.WriteStartObject();
                json.WriteNumber("id", team.Entry.Team.Id);
                json.WriteString("name", team.Entry.Team.Name);
                json.WriteBoolean("isDefault", team.Entry.IsDefault);
                json.WriteBoolean("canReadToken", team.Refusal is null);
                JsonReportWriter.WriteOne(json, "failure", team.Refusal);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteNull("failure");
        });

    public static ReadOnlySpan<byte> Json(string command, Failure failure) =>
        JsonReportWriter.Of(command, ToolExit.Of(failure), json =>
        {
            json.WriteStartArray("teams");
            json.WriteEndArray();
            JsonReportWriter.WriteOne(json, "failure", failure);
        });

    private static string[] Row(TeamAccess team) =>
    [
        team.Entry.Team.Id.ToString(CultureInfo.InvariantCulture),
        team.Entry.Team.Name ?? string.Empty,
        team.Entry.IsDefault ? "yes" : "no",
        team.Refusal is null ? "yes" : $"no ({team.Refusal.Code})",
    ];
}
