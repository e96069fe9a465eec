using System.Globalization;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Status;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Output;

/// <summary>The report of <c>status</c>: a table for a person, the JSON object for a program.</summary>
internal static class StatusWriter
{
    public static void Write(StatusRun run, DateTimeOffset now, ToolConsole console)
    {
        List<PrintedLine> lines = [];
        foreach (TokenStatus token in run.Tokens)
        {
            lines.AddRange(Head(token, now));
            lines.AddRange(CopyTable.Layout([.. token.Copies.Select(copy => Line(copy, now))], console));
            lines.Add(new PrintedLine(string.Empty));
        }

        lines.Add(new PrintedLine(Sum(run)));
        console.Print(lines);
    }

    /// <summary>What went wrong, and what else the user should know; a person reads each once.</summary>
    public static void Tell(StatusRun run, ToolConsole console)
    {
        foreach (Failure warning in run.Tokens.SelectMany(token => token.Warnings).Distinct())
        {
            console.Warn(warning);
        }

        IEnumerable<Failure?> failures =
            [.. run.Tokens.SelectMany(token => token.Copies.Select(copy => copy.Failure).Append(token.Failure)), .. run.Faults];
        foreach (Failure failure in failures.OfType<Failure>().Distinct())
        {
            console.Error(failure);
        }
    }

    public static ReadOnlySpan<byte> Json(string command, StatusRun run) =>
        JsonReportWriter.Of(command, ToolExit.Of(run), json =>
        {
            json.WriteStartArray("tokens");
            foreach (TokenStatus token in run.Tokens)
            {
                json.WriteStartObject();
                JsonReportWriter.WriteScope(json, token.Scope, token.Settings);
                json.WriteString("fingerprint", token.Fingerprint?.Value);
                JsonReportWriter.WriteIdentity(json, token.Identity);
                json.WriteString(
                    "comparedWith",
                    token.Comparison switch { Comparison.Service => "service", Comparison.Ledger => "ledger", _ => "nothing" });
                JsonReportWriter.WriteTime(json, "verifiedAt", token.VerifiedAt);
                json.WriteStartArray("destinations");
                foreach (CopyReport copy in token.Copies)
                {
                    json.WriteStartObject();
                    json.WriteString("kind", copy.Kind);
                    json.WriteString("location", copy.Location);
                    json.WriteString("slot", copy.Slot);
                    json.WriteString("outcome", Word(copy.State));
                    json.WriteBoolean("reloads", copy.Reloads);
                    json.WriteString("fingerprint", copy.Fingerprint?.Value);
                    JsonReportWriter.WriteTime(json, "knownAt", copy.KnownAt);
                    JsonReportWriter.WriteIdentity(json, copy.Identity);
                    JsonReportWriter.WriteOne(json, "failure", copy.Failure);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                JsonReportWriter.WriteAll(json, "warnings", token.Warnings);
                JsonReportWriter.WriteOne(json, "failure", token.Failure);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            JsonReportWriter.WriteAll(json, "ledgerFaults", run.Faults);
            JsonReportWriter.WriteOne(json, "failure", run.Tokens.FirstOrDefault(token => token.Failure is not null)?.Failure);
        });

    private static IEnumerable<PrintedLine> Head(TokenStatus token, DateTimeOffset now)
    {
        string team = token.Scope?.Team.ToString() ?? token.Settings!.Team.ToString();
        string verified = token.VerifiedAt is { } at ? Age.Of(at, now) : "at an unknown time";
        string compared = token.Comparison switch
        {
            Comparison.Service => $"token {token.Fingerprint}, checked just now",
            Comparison.Ledger => $"token {token.Fingerprint} from the ledger, checked {verified}",
            _ => "token unknown",
        };
        return
        [
            new PrintedLine($"team {team}: {compared}"),
            new PrintedLine($"instance {token.Scope?.Instance.ToString() ?? token.Settings!.Instance.ToString()}"),
            new PrintedLine($"at {token.Scope?.Endpoint ?? token.Settings!.Endpoint}"),
            .. token.Identity is { } identity ? [new PrintedLine($"of {identity}")]
                : token.Comparison == Comparison.Service ? [new PrintedLine("of an unknown identity")] : (PrintedLine[])[],
        ];
    }

    private static CopyLine Line(CopyReport copy, DateTimeOffset now) =>
        new(Word(copy.State), Color(copy.State), copy.Kind, copy.Location, copy.Slot, Notes(copy, now));

    private static string Notes(CopyReport copy, DateTimeOffset now) =>
        string.Join("; ", ((string[])[Note(copy, now), copy.Reloads && copy.State != CopyState.Gone ? "reloads" : string.Empty])
            .Where(note => note.Length > 0));

    private static string Note(CopyReport copy, DateTimeOffset now)
    {
        string? known = copy.KnownAt is { } at ? Age.Of(at, now) : null;
        return copy.State switch
        {
            CopyState.Stale when copy.Fingerprint is not null =>
                known is null
                ? $"holds {copy.Fingerprint}, which the ledger does not know" : $"holds {copy.Fingerprint}, which was current {known}",
            CopyState.OtherIdentity => $"holds {copy.Fingerprint}, the token of {copy.Identity}",
            CopyState.Stale => "holds another value",
            CopyState.Sent => $"sent {known}",
            CopyState.Gone when known is not null => $"written {known}, deleted since",
            CopyState.Away when known is not null => $"written {known}; its directory does not exist",
            CopyState.Unreadable => copy.Failure!.Code,
            CopyState.JobScoped => "ends with its job",
            _ => string.Empty,
        };
    }

    private static string Sum(StatusRun run)
    {
        CopyReport[] copies = [.. run.Tokens.SelectMany(token => token.Copies)];
        string counts = string.Join(
            ", ", copies.GroupBy(copy => copy.State).OrderBy(group => group.Key)
            .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} {Word(group.Key)}")));
        return copies.Length == 0 ? "No copy is known."
            : copies.All(copy => copy.IsInOrder || copy.State == CopyState.Unreadable) ? counts + "."
            : counts + ". Run 'dotnet sectoken inject' to update the copies.";
    }

    /// <summary>The colour of a state, one of those of <see cref="PrintedLine"/>.</summary>
    public static string Color(CopyState state) => state switch
    {
        CopyState.Current or CopyState.Sent => PrintedLine.Good,
        CopyState.Stale or CopyState.OtherIdentity or CopyState.Missing => PrintedLine.Bad,
        CopyState.Unreadable or CopyState.Unknown => PrintedLine.Warning,
        _ => PrintedLine.Faint,
    };

    /// <summary>The word for a state, the same in text and JSON.</summary>
    public static string Word(CopyState state) => state switch
    {
        CopyState.Current => "current",
        CopyState.Sent => "sent",
        CopyState.Stale => "stale",
        CopyState.Missing => "missing",
        CopyState.Unreadable => "unreadable",
        CopyState.JobScoped => "job-scoped",
        CopyState.Gone => "deleted",
        CopyState.Away => "unreachable",
        _ => "unknown",
    };
}
