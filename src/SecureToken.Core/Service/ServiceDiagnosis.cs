using System.Globalization;
using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Model;

namespace SecureToken.Core.Service;

/// <summary>Says what a refusal of the service means.</summary>
internal static class ServiceDiagnosis
{
    /// <summary>Judges by the body first: the status of the documented privilege answer is not documented.</summary>
    public static Failure Of(ApiResponse answer, Endpoint endpoint, Instance instance, string? team)
    {
        string what = team is null ? $"instance {instance} at {endpoint}" : $"team {team} of instance {instance} at {endpoint}";
        (string reason, string message) = ReadRefusal(answer);
        if (reason.StartsWith("Not enough privileges", StringComparison.OrdinalIgnoreCase)
            || message.StartsWith("Not enough privileges", StringComparison.OrdinalIgnoreCase))
        {
            return Failure.Of(DiagnosticDescriptors.NotEnoughPrivileges, what, reason.Length > 0 ? reason : message, instance.Id);
        }

        string said = string.Join(": ", new[] { reason, message }.Where(text => text.Length > 0).Distinct());
        return answer.Status switch
        {
            401 => Failure.Of(DiagnosticDescriptors.IamTokenRefused, what, said.Length > 0 ? $" It says: {said}." : string.Empty),
            404 when !answer.LooksLikeJson => Failure.Of(DiagnosticDescriptors.NotJson, answer.Address, $"HTTP 404 and {answer.Nature}"),
            404 => Failure.Of(DiagnosticDescriptors.InstanceUnknown, what, answer.Status, answer.Address),
            _ => Failure.Of(DiagnosticDescriptors.ServiceRefused, what, answer.Status, said.Length > 0 ? said : answer.Nature),
        };
    }

    /// <summary>Names the teams that are there, the nearest first.</summary>
    public static Failure UnknownTeam(Endpoint endpoint, Instance instance, TeamSelector asked, IReadOnlyList<TeamEntry> entries)
    {
        string what = $"team {asked} of instance {instance} at {endpoint}";
        Team[] visible = [.. entries.Select(entry => entry.Team)];
        if (visible.Length == 0)
        {
            return Failure.Of(DiagnosticDescriptors.TeamUnknown, what, " The identity is not a member of any team there.");
        }

        IEnumerable<Team> nearest = asked.Name is { } name
            ? visible.OrderBy(team => Suggestion.Distance(name, team.Name ?? string.Empty))
            : visible.OrderBy(team => team.Id);
        string list = string.Join(
            ", ", nearest.Take(10).Select(team => string.Create(CultureInfo.InvariantCulture, $"{team.Name} ({team.Id})")));
        string hint = asked.Name is { } wanted && Suggestion.Nearest(wanted, visible.Select(team => team.Name ?? string.Empty)) is { } near
            ? $" Did you mean '{near}'?" : string.Empty;
        string kind = entries.All(entry => entry.IsOfMonitoring)
            ? " All of them are of Monitoring: the GUID may be that of a Monitoring instance." : string.Empty;
        return Failure.Of(
            DiagnosticDescriptors.TeamUnknown, what,
            $"{hint} Visible teams: {list}{(visible.Length > 10 ? $" and {visible.Length - 10} more" : string.Empty)}.{kind}");
    }

    /// <summary>The documented error bodies: <c>errors[]</c>, the newer flat form, and the gateway's.</summary>
    private static (string Reason, string Message) ReadRefusal(ApiResponse answer)
    {
        if (!answer.LooksLikeJson || !answer.Json(string.Empty).Succeeded(out JsonDocument? document, out _))
        {
            return (string.Empty, string.Empty);
        }

        using (document)
        {
            JsonElement root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("errors"u8, out JsonElement errors)
                && errors.ValueKind == JsonValueKind.Array && errors.GetArrayLength() > 0)
            {
                return (JsonMembers.Label(errors[0], "reason"u8), JsonMembers.Label(errors[0], "message"u8));
            }

            return (JsonMembers.Label(root, "error"u8), JsonMembers.Label(root, "message"u8));
        }
    }
}
