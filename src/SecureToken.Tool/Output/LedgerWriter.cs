using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Files;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.State;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Output;

/// <summary>What the ledgers of this machine know: a table for a person, the JSON object for a program.</summary>
internal static class LedgerWriter
{
    public static void Write(LedgerQueries known, DateTimeOffset now, ToolConsole console)
    {
        List<PrintedLine> lines = [];
        foreach (KnownToken token in known.Tokens)
        {
            string verified = token.Record.VerifiedAt is { } at ? $", verified {Age.Of(at, now)}" : string.Empty;
            lines.Add(
                new PrintedLine(
                $"team {TeamOf(token)}: "
                    + $"{(token.Record.Fingerprint is { } fingerprint ? "token " + fingerprint : "token unknown")}{verified}"));
            lines.Add(new PrintedLine($"instance {token.Scope.Instance}"));
            lines.Add(new PrintedLine($"at {token.Scope.Endpoint}"));
            lines.AddRange(CopyTable.Layout([.. token.Copies.Select(copy => Line(token, copy, now))], console));
            lines.Add(new PrintedLine(string.Empty));
        }

        int copies = known.Tokens.Sum(token => token.Copies.Count);
        lines.Add(new PrintedLine(copies switch { 0 => "No copy is known.", 1 => "1 copy is known.", _ => $"{copies} copies are known." }));
        console.Print(lines);
    }

    public static ReadOnlySpan<byte> Json(string command, LedgerQueries known, int exit) =>
        JsonReportWriter.Of(command, exit, json =>
        {
            json.WriteStartArray("tokens");
            foreach (KnownToken token in known.Tokens)
            {
                json.WriteStartObject();
                JsonReportWriter.WriteScope(json, token.Scope, null);
                json.WriteString("fingerprint", token.Record.Fingerprint);
                JsonReportWriter.WriteTime(json, "verifiedAt", token.Record.VerifiedAt);
                json.WriteStartArray("destinations");
                foreach (KnownCopy copy in token.Copies)
                {
                    WritePlace(json, copy.Place, SightOf(copy));
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            JsonReportWriter.WriteAll(json, "ledgerFaults", known.Faults);
            JsonReportWriter.WriteOne(json, "failure", null);
        });

    public static ReadOnlySpan<byte> Json(string command, LedgerErasure erasure, int exit) =>
        JsonReportWriter.Of(command, exit, json =>
        {
            json.WriteStartArray("destinations");
            foreach (ForgottenPlace forgotten in erasure.Places)
            {
                WritePlace(json, forgotten.Place, "forgotten");
            }

            json.WriteEndArray();
            JsonReportWriter.WriteAll(json, "ledgerFaults", erasure.Failures);
            JsonReportWriter.WriteOne(json, "failure", null);
        });

    public static string TeamOf(LedgerRecord record) =>
        record.TeamName is { } name && record.TeamId > 0 ? $"{name} ({record.TeamId})" : record.Team;

    private static string TeamOf(KnownToken token) => token.Scope.Team.Id > 0 ? token.Scope.Team.ToString() : token.Scope.Team.Name!;

    private static void WritePlace(System.Text.Json.Utf8JsonWriter json, LedgerPlace place, string outcome)
    {
        json.WriteStartObject();
        json.WriteString("kind", place.Kind);
        json.WriteString("location", place.Location);
        json.WriteString("slot", place.Slot);
        json.WriteString("outcome", outcome);
        json.WriteString("fingerprint", place.Fingerprint);
        JsonReportWriter.WriteTime(json, "writtenAt", place.WrittenAt);
        json.WriteEndObject();
    }

    private static CopyLine Line(KnownToken token, KnownCopy copy, DateTimeOffset now)
    {
        LedgerPlace place = copy.Place;
        string sight = SightOf(copy);
        string color = sight == "exists" ? PrintedLine.Good : sight == "deleted" ? PrintedLine.Faint : PrintedLine.Warning;
        string fingerprint = place.Fingerprint == token.Record.Fingerprint ? string.Empty : $", token {place.Fingerprint}";
        return new CopyLine(sight, color, place.Kind, place.Location, place.Slot, $"written {Age.Of(place.WrittenAt, now)}{fingerprint}");
    }

    /// <summary>Whether the file is still there; what is no file was sent.</summary>
    private static string SightOf(KnownCopy copy) => !DestinationBuilder.IsOfFile(copy.Place.Kind) ? "sent" : copy.Look() switch
    {
        FilePresence.Exists => "exists",
        FilePresence.Deleted => "deleted",
        _ => "unreachable",
    };
}
