using System.Globalization;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Operations.Reset;
using SecureToken.Tool.Output;

namespace SecureToken.Tool.Reports;

/// <summary>The receipt of a reset as a page: who, when, what, how long, the proof, and what is to do.</summary>
internal static class ResetReportPage
{
    public static byte[] Of(ResetReport report, DateTimeOffset now) => HtmlPage.Of(Title(report), now, page =>
    {
        page.Add($"<p>{Conclusion(report)}</p>\n");
        page.Notices("error", report.Failures);
        page.Add($"<dl>\n");
        page.Fact("Token before", report.Before?.Value);
        page.Fact("Token after", report.WasReset ? report.After?.Value : null);
        page.Fact("Old token", report.WasReset
            ? report.IsOldTokenRefused switch { true => "is rejected", false => "was still accepted", _ => "was not asked about" } : null);
        page.Fact("Outage", Outage(report));
        page.Fact("Began", report.StartedAt);
        page.Fact("Ended", report.EndedAt);
        page.Fact("Manner", ResetReceipt.WordOf(report.Manner));
        page.Fact("Token of", report.Identity?.ToString());
        page.Fact("Credential", report.CredentialSource);
        page.Fact("Instance", report.Scope?.Instance.ToString() ?? report.Settings?.Instance.ToString());
        page.Fact("Endpoint", (report.Scope?.Endpoint ?? report.Settings?.Endpoint)?.ToString());
        page.Add($"</dl>\n");
        OutageChart.Write(page, report);
        Destinations(page, report);
        Answers(page, report.Evidence);
        IEnumerable<Failure> ofDestinations = report.Destinations.SelectMany(destination => destination.Result.Warnings);
        page.Notices("warning", report.Warnings.Concat(ofDestinations).Distinct());
        page.Todo([.. report.Failures.Select(failure => $"{failure.Code}: {failure.NextStep}").Distinct(), .. report.Todo]);
    });

    private static string Title(ResetReport report)
    {
        string team = report.Scope?.Team.ToString() ?? report.Settings?.Team.ToString() ?? "unknown";
        return report.Manner == ResetManner.Rehearsed ? $"Rehearsal of a reset: team {team}" : $"Reset of the token of team {team}";
    }

    private static string Conclusion(ResetReport report)
    {
        int done = report.Destinations.Count(destination => destination.Result.Outcome is InjectOutcome.Written or InjectOutcome.Unchanged);
        return report is { Manner: ResetManner.Rehearsed }
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"The token was not reset. {done} of {report.Destinations.Count} destinations can be written.")
            : !report.WasReset ? "The token was not reset."
            : string.Create(
                CultureInfo.InvariantCulture,
                $"The token was reset, and {done} of {report.Destinations.Count} destinations hold the new one.");
    }

    private static string? Outage(ResetReport report) => report switch
    {
        { Manner: ResetManner.Rehearsed, Outage: { } predicted } => $"about {ResetWriter.Span(predicted)} after a reset",
        { WasReset: false } => null,
        { Outage: null } => "not known: it goes on, or its end was not seen",
        { Outage.AtMostSeconds: 0 } => "none: the old token was accepted until every copy was updated",
        { Outage: { } outage } => ResetWriter.Span(outage),
    };

    private static void Destinations(HtmlPage page, ResetReport report)
    {
        if (report.Destinations.Count == 0)
        {
            return;
        }

        page.Add($"<h2>Destinations</h2>\n");
        page.BeginTable("Destinations");
        page.Add($"""
            <thead><tr><th scope="col" class="number">No.</th><th scope="col">State</th><th scope="col">Destination</th>
            <th scope="col">Key or name</th><th scope="col" class="number">After the new token</th></tr></thead>
            <tbody>

            """);
        int number = 0;
        foreach ((DestinationReport line, double? milliseconds) in report.Destinations)
        {
            number++;
            string style = line.Failure is not null || line.Outcome == InjectOutcome.Failed ? "bad"
                : line.Outcome == InjectOutcome.Due ? "faint" : "good";
            page.Add($"""
                <tr><td class="number">{number}</td><td><span class="state {style}">{ResetReceipt.WordOf(line.Outcome)}</span></td>
                <td class="place">{line.Destination.Kind}<br><span class="value">{line.Destination.Location}</span></td>
                <td class="whole"><span class="value">{line.Destination.Slot}</span></td><td class="number">
                """);
            if (milliseconds is { } known)
            {
                page.Add($"{known:0} ms");
            }

            page.Add($"</td></tr>\n");
        }

        page.EndTable();
        page.Notices("error", report.Destinations.Select(destination => destination.Result.Failure).OfType<Failure>().Distinct());
    }

    private static void Answers(HtmlPage page, IReadOnlyList<ResponseEvidence> answers)
    {
        if (answers.Count == 0)
        {
            return;
        }

        page.Add($"<h2>Responses of the service</h2>\n");
        page.BeginTable("Responses of the service");
        page.Add($"""
            <thead><tr><th scope="col">Request</th><th scope="col" class="number">Status</th><th scope="col">Request id</th></tr></thead>
            <tbody>

            """);
        foreach (ResponseEvidence answer in answers)
        {
            page.Add($"""
                <tr><td><span class="value">{answer.Call}</span></td><td class="number">{answer.Status}</td>
                <td><span class="value">{answer.RequestId}</span></td></tr>

                """);
        }

        page.EndTable();
    }
}
