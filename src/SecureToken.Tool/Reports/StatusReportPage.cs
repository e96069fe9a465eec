using System.Globalization;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Status;
using SecureToken.Tool.Output;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Reports;

/// <summary>The report of <c>status</c> as a page: what holds which token, and what is to do.</summary>
internal static class StatusReportPage
{
    public static byte[] Of(StatusRun run, DateTimeOffset now) => HtmlPage.Of("Copies of Secure API tokens", now, page =>
    {
        CopyReport[] copies = [.. run.Tokens.SelectMany(token => token.Copies)];
        page.Add($"<p>{Sum(copies)}</p>\n");
        Counts(page, copies);
        page.Notices("error", run.Faults);
        foreach (TokenStatus token in run.Tokens)
        {
            Write(page, token);
        }

        page.Todo(Todo(run));
    });

    private static string Sum(CopyReport[] copies)
    {
        int wrong = copies.Count(copy => !copy.IsInOrder);
        return copies.Length == 0 ? "No copy is known."
            : wrong == 0 ? "Every copy is in order."
            : string.Create(CultureInfo.InvariantCulture, $"{wrong} of {copies.Length} copies {(wrong == 1 ? "is" : "are")} not in order.");
    }

    private static void Counts(HtmlPage page, CopyReport[] copies)
    {
        if (copies.Length == 0)
        {
            return;
        }

        page.Add($"<ul class=\"counts\">\n");
        foreach (IGrouping<CopyState, CopyReport> group in copies.GroupBy(copy => copy.State).OrderBy(group => group.Key))
        {
            page.Add($"<li class=\"state {Style(group.Key)}\">{group.Count()} {StatusWriter.Word(group.Key)}</li>\n");
        }

        page.Add($"</ul>\n");
    }

    private static void Write(HtmlPage page, TokenStatus token)
    {
        page.Add($"<h2>Team {Team(token)}</h2>\n<dl>\n");
        page.Fact("Token", token.Fingerprint?.Value ?? "unknown");
        page.Fact("Compared with", token.Comparison switch
        {
            Comparison.Service => "the token that the service returned",
            Comparison.Ledger => "the token that the ledger knows",
            _ => "nothing: the token is not known",
        });
        if (token.VerifiedAt is { } verified)
        {
            page.Fact("Checked", verified);
        }

        page.Fact("Token of", token.Identity?.ToString() ?? (token.Comparison == Comparison.Service ? "an unknown identity" : null));
        page.Fact("Credential", token.CredentialSource);
        page.Fact("Instance", token.Scope?.Instance.ToString() ?? token.Settings?.Instance.ToString());
        page.Fact("Endpoint", (token.Scope?.Endpoint ?? token.Settings?.Endpoint)?.ToString());
        page.Add($"</dl>\n");
        if (token.Copies.Count > 0)
        {
            Write(page, token.Copies);
        }

        page.Notices("error", token.Copies.Select(copy => copy.Failure).Append(token.Failure).OfType<Failure>().Distinct());
        page.Notices("warning", token.Warnings);
    }

    private static void Write(HtmlPage page, IReadOnlyList<CopyReport> copies)
    {
        page.BeginTable("Copies");
        page.Add($"""
            <thead><tr><th scope="col">State</th><th scope="col">Copy</th><th scope="col">Key or name</th><th scope="col">Holds</th>
            <th scope="col">Known as current at</th></tr></thead>
            <tbody>

            """);
        foreach (CopyReport copy in copies)
        {
            page.Add($"""
                <tr><td><span class="state {Style(copy.State)}">{StatusWriter.Word(copy.State)}</span></td>
                <td class="place">{copy.Kind}<br><span class="value">{copy.Location}</span></td>
                <td class="whole"><span class="value">{copy.Slot}</span></td>
                <td class="whole"><span class="value">{copy.Fingerprint?.Value}</span>{Note(copy)}</td><td>
                """);
            if (copy.KnownAt is { } known)
            {
                page.Time(known);
            }

            page.Add($"</td></tr>\n");
        }

        page.EndTable();
    }

    private static string Note(CopyReport copy) => copy.State switch
    {
        CopyState.Stale when copy.Fingerprint is null => "another value",
        CopyState.OtherIdentity => $" the token of {copy.Identity}",
        CopyState.Gone => " deleted since",
        CopyState.Away => " its directory does not exist",
        CopyState.Unreadable => copy.Failure?.Code ?? string.Empty,
        CopyState.JobScoped => "ends with its job",
        _ => string.Empty,
    };

    private static IReadOnlyList<string> Todo(StatusRun run)
    {
        CopyReport[] outdated = [.. run.Tokens.SelectMany(token => token.Copies).Where(copy =>
            copy.State is CopyState.Stale or CopyState.Missing or CopyState.OtherIdentity or CopyState.Unknown)];
        IEnumerable<Failure?> failures =
            [.. run.Tokens.SelectMany(token => token.Copies.Select(copy => copy.Failure).Append(token.Failure)), .. run.Faults];
        return
        [
            .. outdated.Select(copy => $"Update {copy.Location} ({copy.Slot}): run 'dotnet sectoken inject'."),
            .. failures.OfType<Failure>().Select(failure => $"{failure.Code}: {failure.NextStep}").Distinct(),
        ];
    }

    private static string Team(TokenStatus token) =>
        token.Scope?.Team.ToString() ?? token.Settings?.Team.ToString() ?? "unknown";

    private static string Style(CopyState state) => StatusWriter.Color(state) switch
    {
        PrintedLine.Good => "good",
        PrintedLine.Bad => "bad",
        PrintedLine.Warning => "warn",
        _ => "faint",
    };
}
